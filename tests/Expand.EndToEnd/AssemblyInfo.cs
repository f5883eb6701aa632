// These tests wait for telephones far more than they compute: a third one at a time costs no processor. Those of the shift run alone (Truth/TruthTests.cs).
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 3)]
[assembly: Xunit.TestCollectionOrderer(typeof(Expand.EndToEnd.LongestFirst))]
