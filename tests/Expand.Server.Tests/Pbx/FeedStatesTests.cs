using Expand.Server.Pbx;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Pbx;

/// <summary>What administrators see of the feeds.</summary>
public sealed class FeedStatesTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feed_tells_how_far_it_is_what_it_read_last_and_what_it_could_not_read()
    {
        var folder = Directory.CreateTempSubdirectory("feeds").FullName;
        var file = Path.Combine(folder, "queue_log");
        await File.WriteAllTextAsync(file, "1795370003|NONE|NONE|NONE|QUEUESTART|\nnada\n1795370004|1.1|q_ventas|NONE|ENTERQUEUE||099|1\n", Ct);
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, settings: [("Pbx:QueueLogFile", file)]);
        var state = await ReadAsync(host);
        Assert.Equal(new FileInfo(file).Length, state.Position);
        Assert.Equal("1795370004|1.1|q_ventas|NONE|ENTERQUEUE||099|1", state.LastLine);
        Assert.Equal(1, state.Rejected);
        Assert.Null(state.Problem);
        var cdr = (await host.Get<FeedStates>().AllAsync(Ct)).Single(f => f.Name == "cdr");
        Assert.Equal((null, null, null), (cdr.File, cdr.Behind, cdr.Problem));

        File.Delete(file);
        Assert.NotNull((await StateAsync(host)).Problem);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<FeedState> ReadAsync(ServerHost host)
    {
        await Eventually.TrueAsync(async () => await StateAsync(host) is { Behind: 0, SavedAt: not null });
        return await StateAsync(host);
    }

    private static async Task<FeedState> StateAsync(ServerHost host) => (await host.Get<FeedStates>().AllAsync(Ct)).Single(f => f.Name == "queue_log");
}
