// Three at a time keep two processors busy, while one of them waits for telephones; a fourth would only make the others late. Those of the shift run alone
// (Truth/TruthTests.cs).
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 3)]
[assembly: Xunit.TestCollectionOrderer(typeof(Expand.EndToEnd.LongestFirst))]
