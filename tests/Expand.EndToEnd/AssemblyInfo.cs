// Four at a time keep two processors busy: most of them wait for telephones or for a browser's page now and then.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 4)]
[assembly: Xunit.TestCollectionOrderer(typeof(Expand.EndToEnd.Turns))]
