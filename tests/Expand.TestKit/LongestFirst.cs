using Xunit.Sdk;
using Xunit.v3;

namespace Expand.TestKit;

/// <summary>
/// The longest chains of tests that take turns are begun first: begun last, all the rest would be done and they would be waited for. xunit hands all
/// collections to the thread pool in this order, and the first that come by get the turns: that is this order only while the pool has few threads
/// (<c>ThreadPoolMinThreads</c> of the project). It has many as soon as they have begun: a test that keeps two busy would hold up all others.
/// </summary>
public abstract class LongestFirst(params string[] longest) : ITestCollectionOrderer
{
    private const int Threads = 32;
    private static readonly TimeSpan AllHaveCome = TimeSpan.FromSeconds(1);
    private static Timer? later;

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
    {
        later ??= new Timer(_ => ThreadPool.SetMinThreads(Threads, Threads), null, AllHaveCome, Timeout.InfiniteTimeSpan);
        return [.. testCollections.OrderBy(c => Rank(c.TestCollectionDisplayName)).ThenBy(c => c.TestCollectionDisplayName, StringComparer.Ordinal)];
    }

    private int Rank(string name)
    {
        var at = Array.FindIndex(longest, one => name.Contains(one, StringComparison.Ordinal));
        return at < 0 ? longest.Length : at;
    }
}
