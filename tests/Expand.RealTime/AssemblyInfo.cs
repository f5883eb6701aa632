// Their length is the telephones', not the processor's: the long shift goes on beside all others, five at a time. What keeps a processor busy
// (browsers, clients, starts of many programs) is in Expand.EndToEnd and never runs beside these: their ledgers hold a tenth of a second against a telephone.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 6)]
[assembly: Xunit.TestCollectionOrderer(typeof(Expand.RealTime.Turns))]
