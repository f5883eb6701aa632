using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Expand.Server.Webhooks.Pages;
using Expand.TestKit;
using Npgsql;
using Xunit;

namespace Expand.RealTime.Webhooks;

/// <summary>A busy call centre whose events go to a receiver on another stack: the program that the page shows for Node.js, as it stands there.</summary>
public sealed partial class KilledServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_is_told_verified_and_in_order_although_the_server_is_killed_in_the_middle()
    {
        await using var server = await ServerFixture.StartAsync(
            new Dictionary<string, string?> { ["Demo__CallsPerMinute"] = "120", ["Demo__MovesPerMinute"] = "30" }, ct: Ct);
        var port = FreePorts.Tcp();
        using var receiver = new NodeReceiver(server.DataFolder, port, await MakeAsync(server, port));
        await NodeReceiver.ReadyAsync(port);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        // What the receiver was not there for comes again, after what followed it.
        var missed = await ScalarAsync<long>(database, "select coalesce(max(id), 0) from webhook_deliveries");
        await Eventually.TrueAsync(() => receiver.Told.Length >= missed + 25, "the first events are told", Patience);
        server.Kill();
        var before = receiver.Told.Length;
        await server.StartAgainAsync(Ct);
        await Eventually.TrueAsync(() => receiver.Told.Length >= before + 25, "events are told after the kill", Patience);

        var last = await ScalarAsync<long>(database, "select max(id) from webhook_deliveries");
        await Eventually.TrueAsync(
            async () => await ScalarAsync<long>(database, $"select count(*) from webhook_deliveries where id <= {last} and state <> 1") == 0, "all are delivered", Patience);
        // Nothing that was written down is missing, and nothing is twice.
        Assert.Equal(0L, await ScalarAsync<long>(database,
            """
            select count(*) from queue_activities a, webhooks w
            where a.id > w.activities_after and a.id <= (select position from webhook_cursors where source = 'act')
              and (select count(*) from webhook_deliveries d where d.event_id = 'act_' || (select token from webhook_cursors where source = 'act') || '_' || a.id) <> 1
            """));
        var sent = await ListAsync(database, $"select event_id from webhook_deliveries where id <= {last} order by id");
        var told = receiver.Told.Distinct().ToList();
        Assert.Empty(sent.Except(told));
        var inOrder = await ListAsync(database, $"select event_id from webhook_deliveries where id > {missed} and id <= {last} order by id");
        Assert.True(inOrder.Count >= 40, $"only {inOrder.Count} events");
        Assert.Equal(inOrder, told.Where(inOrder.Contains));
    }

    /// <summary>Makes the webhook from the shell: its secret is a line of what that prints.</summary>
    private static async Task<string> MakeAsync(ServerFixture server, int port)
    {
        using var command = ServerProcess.Start(
            ["webhooks", "add", "Tablero", $"http://127.0.0.1:{port}/", "--data", server.DataFolder], new Dictionary<string, string?>(server.Settings), server.DataFolder);
        await command.WaitForLineAsync("whsec_", Patience, Ct);
        Assert.Equal(0, await command.WaitForExitAsync(Patience, Ct));
        return Secret().Match(command.Output).Value;
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    private static async Task<List<string>> ListAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        var found = new List<string>();
        await using var row = await command.ExecuteReaderAsync(Ct);
        while (await row.ReadAsync(Ct)) found.Add(row.GetString(0));
        return found;
    }

    [GeneratedRegex("whsec_[A-Za-z0-9+/=]+")]
    private static partial Regex Secret();

    /// <summary>The page's example, run by Node.js. What it does not take for ours it does not tell.</summary>
    private sealed class NodeReceiver : IDisposable
    {
        private readonly Process process;
        private readonly ConcurrentQueue<string> told = new();

        public NodeReceiver(string folder, int port, string secret)
        {
            var program = Path.Combine(folder, "receiver.mjs");
            File.WriteAllText(program, VerifyExamples.Node);
            var start = new ProcessStartInfo("node", [program]) { RedirectStandardOutput = true };
            start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
            start.Environment["WEBHOOK_SECRET"] = secret;
            process = new Process { StartInfo = start };
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is { Length: > 0 } text) told.Enqueue(text.Split(' ')[0]);
            };
            process.Start();
            process.BeginOutputReadLine();
        }

        /// <summary>The ids of what it took, in the order in which it came.</summary>
        public string[] Told => [.. told];

        private static Task<bool> IsThereAsync(int port) => Task.Run(() =>
        {
            try
            {
                using var probe = new TcpClient("127.0.0.1", port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });

        public static Task ReadyAsync(int port) => Eventually.TrueAsync(() => IsThereAsync(port), "the receiver listens", Patience);

        public void Dispose()
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }
}
