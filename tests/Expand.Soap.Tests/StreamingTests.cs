using System.Text;

namespace Expand.Soap.Tests;

/// <summary>Alone, since one of them measures the process's memory.</summary>
[CollectionDefinition(nameof(StreamingTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(StreamingTests))]
public sealed class StreamingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Pitfall_11_fifty_megabytes_to_a_slow_reader_leave_memory_flat_and_stop_the_writer_meanwhile()
    {
        const int rows = 300_000;
        await using var host = await SoapHost.StartAsync();
        await host.CallAsync("rows", ("count", "1000"));
        using var client = await host.ConnectAsync(receiveBuffer: 64 * 1024);
        var stream = client.GetStream();
        var ct = TestContext.Current.CancellationToken;
        var call = Envelope.Rpc("rows", ("count", $"{rows}"));
        var request = $"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {call.Length}\r\n\r\n{call}";
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), ct);

        var stalledAt = await WhereItStallsAsync(host.Sample, ct);
        Assert.InRange(stalledAt, 1, rows / 4);

        var buffer = new byte[256 * 1024];
        long received = 0, peak = 0;
        var tail = "";
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            received += read;
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false) - before);
            if (received > 50_000_000) tail = Encoding.ASCII.GetString(buffer, Math.Max(0, read - 200), Math.Min(read, 200));
        }

        Assert.True(received > 50_000_000, $"{received}");
        Assert.EndsWith("0\r\n\r\n", tail, StringComparison.Ordinal);
        Assert.Equal(rows, host.Sample.RowsWritten);
        Assert.True(peak < 15_000_000, $"peak {peak}");
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore < 40_000_000);
    }

    [Fact]
    public async Task Pitfall_11_a_failure_within_the_first_64_kb_is_a_clean_fault()
    {
        await using var host = await SoapHost.StartAsync();
        var call = host.CallAsync("gated");
        await host.Sample.WaitingBegan.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(call.IsCompleted);
        host.Sample.Gate.SetException(new InvalidOperationException("the database has gone"));
        var reply = (await call).Faults("Server");
        Assert.DoesNotContain("cdr", reply.Text, StringComparison.Ordinal);
        Assert.Equal(reply.Text.Length, reply.ContentLength);
    }

    [Fact]
    public async Task The_head_is_held_back_until_64_kb_or_the_end()
    {
        await using var host = await SoapHost.StartAsync();
        using var client = await host.ConnectAsync();
        var stream = client.GetStream();
        var ct = TestContext.Current.CancellationToken;
        var call = Envelope.Rpc("gated");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: {call.Length}\r\n\r\n{call}"), ct);
        await host.Sample.WaitingBegan.Task.WaitAsync(Patience, ct);
        var first = stream.ReadAsync(new byte[100].AsMemory(), ct).AsTask();
        await Task.WhenAny(first, Task.Delay(200, ct));
        Assert.False(first.IsCompleted);
        host.Sample.Gate.SetResult();
        Assert.NotEqual(0, await first.WaitAsync(Patience, ct));
    }

    [Fact]
    public async Task Pitfall_11_a_failure_after_that_aborts_the_connection_and_is_logged()
    {
        await using var host = await SoapHost.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Post, SoapHost.Path) { Content = new StringContent(Envelope.Rpc("failingLate")) };
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.Equal(200, (int)response.StatusCode);
        var error = await Record.ExceptionAsync(() => response.Content.ReadAsStringAsync(ct));
        Assert.True(error is HttpRequestException or IOException, $"{error}");
        Assert.Contains(host.Log, line => line.StartsWith("Error 5003", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_the_handler()
    {
        await using var host = await SoapHost.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        using (var client = await host.ConnectAsync())
        {
            var call = Envelope.Rpc("waiting");
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: {call.Length}\r\n\r\n{call}"), ct);
            await host.Sample.WaitingBegan.Task.WaitAsync(Patience, ct);
        }

        await host.Sample.Cancelled.Task.WaitAsync(Patience, ct);
        Assert.DoesNotContain(host.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_of_an_answer_stops_its_writer()
    {
        await using var host = await SoapHost.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        using (var client = await host.ConnectAsync())
        {
            var call = Envelope.Rpc("rows", ("count", "100000000"));
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: {call.Length}\r\n\r\n{call}"), ct);
            await client.GetStream().ReadExactlyAsync(new byte[200_000], ct);
        }

        await host.Sample.Cancelled.Task.WaitAsync(Patience, ct);
        Assert.DoesNotContain(host.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>The row at which the writer has stood still for a while, within bounded time.</summary>
    private static async Task<int> WhereItStallsAsync(SampleService sample, CancellationToken ct)
    {
        var last = -1;
        for (var i = 0; i < 50; i++)
        {
            await Task.Delay(200, ct);
            if (sample.RowsWritten == last && last > 1000) return last;
            last = sample.RowsWritten;
        }

        return int.MaxValue;
    }
}
