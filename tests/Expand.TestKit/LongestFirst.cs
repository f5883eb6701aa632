using Xunit.Sdk;
using Xunit.v3;

namespace Expand.TestKit;

/// <summary>
/// The longest chains of tests that take turns are begun first: begun last, all the rest would be done and they would be waited for. xunit hands all
/// collections to the thread pool in this order; who takes turns there begins at its front, and the thread that handed them over at its end (a thread's own
/// work is last in, first out). So the longest stand at both ends, and the pool has few threads at first (<c>ThreadPoolMinThreads</c> of the project). It has
/// many as soon as they have begun: a test that keeps two busy would hold up all others.
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
        var ordered = testCollections.OrderBy(c => Rank(c.TestCollectionDisplayName)).ThenBy(c => c.TestCollectionDisplayName, StringComparer.Ordinal).ToList();
        return [.. ordered.Where((_, i) => i % 2 == 0), .. ordered.Where((_, i) => i % 2 == 1).Reverse()];
    }

    private int Rank(string name)
    {
        var at = Array.FindIndex(longest, one => name.Contains(one, StringComparison.Ordinal));
        return at < 0 ? longest.Length : at;
    }
}
