using System.Net.Sockets;
using System.Text;
using Expand.Asterisk.Agi;
using Microsoft.Extensions.Logging.Abstractions;

namespace Expand.Asterisk.Tests;

/// <summary>FastAGI on loopback, with clients that behave as Asterisk does and as nobody should.</summary>
public sealed class AgiListenerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_served_and_its_dialplan_goes_on()
    {
        await using var agi = Start(async (call, ct) =>
        {
            Assert.Equal("Uno", await call.GetVariableAsync("CALLERID(name)", ct));
            Assert.Null(await call.GetVariableAsync("NOTHING", ct));
            Assert.True(await call.SetVariableAsync("CALLERID(name)", $"{call.Request.CallerId} \"x\"", ct));
            Assert.False(await call.ExecAsync("Nothing", "", ct));
        });
        using var call = await Call.ConnectAsync(agi, "agi_network_script: callerid-name\nagi_callerid: 099\n\n");
        Assert.Equal("GET VARIABLE CALLERID(name)", await call.AnswerAsync("200 result=1 (Uno)"));
        Assert.Equal("GET VARIABLE NOTHING", await call.AnswerAsync("200 result=0"));
        Assert.Equal("""SET VARIABLE CALLERID(name) "099 \"x\"" """.TrimEnd(), await call.AnswerAsync("200 result=1"));
        Assert.Equal("""EXEC Nothing "" """.TrimEnd(), await call.AnswerAsync("520-Invalid command syntax.  Proper usage follows:\nUsage: 1\n520 End of proper usage."));
        Assert.Null(await call.LineAsync());
        Assert.Equal(1, agi.Served);
    }

    [Fact]
    public async Task A_hang_up_is_heard_between_the_commands_and_while_none_is_asked()
    {
        var heard = new TaskCompletionSource();
        await using var agi = Start(async (call, ct) =>
        {
            Assert.True(await call.SetVariableAsync("A", "1", ct));
            await Task.Delay(Patience, call.HungUp).ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.True(call.HungUp.IsCancellationRequested);
            Assert.False(await call.SetVariableAsync("B", "1", ct));
            heard.SetResult();
        });
        using var call = await Call.ConnectAsync(agi, "\n");
        Assert.StartsWith("SET VARIABLE A", await call.AnswerAsync("200 result=1\nHANGUP"), StringComparison.Ordinal);
        Assert.StartsWith("SET VARIABLE B", await call.AnswerAsync("511 Command Not Permitted on a dead channel or intercept routine"), StringComparison.Ordinal);
        await heard.Task.WaitAsync(Patience, Ct);
        Assert.Null(await call.LineAsync());
    }

    [Theory]
    [InlineData("endless line")]
    [InlineData("endless headers")]
    [InlineData("says nothing")]
    [InlineData("answers unasked")]
    [InlineData("never answers")]
    [InlineData("goes away")]
    [InlineData("service fails")]
    public async Task Whoever_misbehaves_is_hung_up_on_and_the_next_one_is_served(string how)
    {
        await using var agi = Start(
            async (call, ct) =>
            {
                if (how == "service fails" && call.Request.CallerId.Length == 0) throw new InvalidOperationException("a fault of the service");
                if (how == "answers unasked" && call.Request.CallerId.Length == 0) await Task.Delay(Patience, call.HungUp).ContinueWith(_ => { }, TaskScheduler.Default);
                await call.SetVariableAsync("A", "1", ct);
            },
            new AgiOptions { Port = 0, RequestTimeout = TimeSpan.FromSeconds(1), CommandTimeout = TimeSpan.FromSeconds(1), MaxLines = 50, MaxLineBytes = 4096 });
        var bad = await Call.ConnectAsync(agi, how switch
        {
            "endless line" => new string('x', 100_000),
            "endless headers" => string.Concat(Enumerable.Repeat("agi_x: y\n", 60)),
            "says nothing" => "",
            "answers unasked" => "\n200 result=1\n",
            _ => "\n",
        });
        if (how == "goes away") bad.Dispose();
        else await bad.UntilClosedAsync().WaitAsync(Patience, Ct);
        using var good = await Call.ConnectAsync(agi, "agi_callerid: 1\n\n");
        Assert.StartsWith("SET VARIABLE A", await good.AnswerAsync("200 result=1"), StringComparison.Ordinal);
        Assert.Null(await good.LineAsync());
        bad.Dispose();
    }

    [Fact]
    public async Task More_at_once_than_the_bound_are_hung_up_on_and_disposing_ends_those_that_are_served()
    {
        var agi = Start((_, ct) => Task.Delay(Patience, ct), new AgiOptions { Port = 0, MaxSessions = 1 });
        using var first = await Call.ConnectAsync(agi, "\n");
        var deadline = DateTime.UtcNow + Patience;
        while (agi.Sessions == 0 && DateTime.UtcNow < deadline) await Task.Delay(10, Ct);
        using var second = await Call.ConnectAsync(agi, "");
        await second.UntilClosedAsync().WaitAsync(Patience, Ct);
        Assert.Equal((1, 1L), (agi.Sessions, agi.Refused));
        await agi.DisposeAsync().AsTask().WaitAsync(Patience, Ct);
        await first.UntilClosedAsync().WaitAsync(Patience, Ct);
        await agi.DisposeAsync();
        Assert.Equal(0, agi.Sessions);
    }

    [Fact]
    public async Task A_session_ends_after_its_time_whatever_its_service_waits_for()
    {
        await using var agi = Start((_, ct) => Task.Delay(Timeout.Infinite, ct), new AgiOptions { Port = 0, SessionTimeout = TimeSpan.FromMilliseconds(300) });
        using var call = await Call.ConnectAsync(agi, "\n");
        await call.UntilClosedAsync().WaitAsync(Patience, Ct);
    }

    private static AgiListener Start(Func<AgiSession, CancellationToken, Task> service, AgiOptions? options = null) =>
        AgiListener.Start(options ?? new AgiOptions { Port = 0 }, service, TimeProvider.System, NullLogger.Instance);

    /// <summary>Asterisk's side of a session.</summary>
    private sealed class Call(TcpClient client) : IDisposable
    {
        private readonly StreamReader lines = new(client.GetStream(), Encoding.UTF8);

        public static async Task<Call> ConnectAsync(AgiListener agi, string sent)
        {
            var client = new TcpClient();
            await client.ConnectAsync(agi.EndPoint, Ct);
            var call = new Call(client);
            try
            {
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(sent), Ct);
            }
            catch (IOException)
            {
                // Hung up on already.
            }

            return call;
        }

        public async Task<string?> LineAsync() => await lines.ReadLineAsync(Ct).AsTask().WaitAsync(Patience, Ct);

        public async Task<string?> AnswerAsync(string answer)
        {
            var command = await LineAsync();
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer + "\n"), Ct);
            return command;
        }

        public async Task UntilClosedAsync()
        {
            try
            {
                while (await lines.ReadLineAsync(Ct) is not null)
                {
                }
            }
            catch (IOException)
            {
                // Closed with something unread.
            }
        }

        public void Dispose()
        {
            lines.Dispose();
            client.Dispose();
        }
    }
}
