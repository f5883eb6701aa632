// Seconds only; in turn, they do not disturb each other's measurements of time and memory.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
