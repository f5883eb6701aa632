using Xunit.Sdk;
using Xunit.v3;

namespace Expand.EndToEnd;

/// <summary>The longest chains of tests that take turns are begun first: begun last, all the rest would be done and they would be waited for.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = ["web UI", nameof(Clients.ClientsOnSimulatorTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(c => Long.Any(name => c.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)))
            .ThenBy(c => c.TestCollectionDisplayName, StringComparer.Ordinal)];
}
