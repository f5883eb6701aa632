// Three at a time keep two processors busy, while one of them waits for telephones; a fourth would only make the others late.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 3)]
[assembly: Xunit.TestCollectionOrderer(typeof(Expand.EndToEnd.Turns))]
