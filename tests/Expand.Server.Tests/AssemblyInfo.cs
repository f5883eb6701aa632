// Of four that run at a time two wait for PostgreSQL or for their own clocks.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
