using System.Net;
using System.Net.Sockets;
using System.Text;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Tests.Platform;

/// <summary>Requests to other systems, against sockets that answer as bad ones do.</summary>
public sealed class OutboundHttpTests : IDisposable
{
    private readonly OutboundHttp http = new(TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task An_answer_is_read_in_the_charset_that_it_names()
    {
        var answer = await AskAsync([.. "HTTP/1.1 201 Created\r\nContent-Type: Text/Plain; charset=iso-8859-1\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\n"u8, 0xF1, 0x21]);
        Assert.Equal((OutboundEnd.Answered, 201, "ñ!", "text/plain", true), (answer.End, answer.Status, answer.Body, answer.MediaType, answer.IsSuccess));
        Assert.Equal(TimeSpan.FromSeconds(7), answer.RetryAfter);
        Assert.False(answer.MayHaveArrived);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        var answer = await AskAsync("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        Assert.Equal((OutboundEnd.Answered, 302, false), (answer.End, answer.Status, answer.IsSuccess));
    }

    [Fact]
    public async Task Of_a_long_answer_no_more_than_the_bound_is_read()
    {
        var answer = await AskAsync([.. "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n"u8, .. new byte[70000]]);
        Assert.Equal((OutboundEnd.TooLong, OutboundHttp.MaximumLength, false), (answer.End, answer.Body.Length, answer.IsSuccess));
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_it_open_whether_the_request_arrived()
    {
        var answer = await AskAsync([]);
        Assert.Equal((OutboundEnd.Broken, true), (answer.End, answer.MayHaveArrived));
        Assert.NotNull(answer.Reason);
    }

    [Fact]
    public async Task One_who_hangs_is_waited_for_no_longer_than_is_said()
    {
        var answer = await AskAsync(null, TimeSpan.FromMilliseconds(300));
        Assert.Equal((OutboundEnd.TimedOut, true, "no answer within 0.3 s"), (answer.End, answer.MayHaveArrived, answer.Reason));
        Assert.InRange(answer.Took, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_arrived()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/");
        var answer = await http.SendAsync(request, TimeSpan.FromSeconds(10), Ct);
        Assert.Equal((OutboundEnd.NotReached, false), (answer.End, answer.MayHaveArrived));
        using var unknown = new HttpRequestMessage(HttpMethod.Get, "http://nobody.invalid/");
        Assert.Equal(OutboundEnd.NotReached, (await http.SendAsync(unknown, TimeSpan.FromSeconds(20), Ct)).End);
    }

    [Fact]
    public void Waits_grow_up_to_their_bound_and_are_never_quite_the_same()
    {
        var (first, longest) = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.InRange(BackOff.After(1, first, longest).TotalSeconds, 0.8, 1.2);
        Assert.InRange(BackOff.After(4, first, longest).TotalSeconds, 6.4, 9.6);
        Assert.InRange(BackOff.After(1000, first, longest).TotalSeconds, 48, 72);
        Assert.True(Enumerable.Range(0, 20).Select(_ => BackOff.After(4, first, longest)).Distinct().Count() > 1);
    }

    /// <summary>One request to a socket that answers with these bytes and hangs up; null: it reads and says nothing.</summary>
    private async Task<OutboundAnswer> AskAsync(byte[]? reply, TimeSpan? timeout = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, reply, Ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/x") { Content = new StringContent("hola") };
        var answer = await http.SendAsync(request, timeout ?? TimeSpan.FromSeconds(20), Ct);
        listener.Stop();
        await serving;
        return answer;
    }

    private static async Task ServeAsync(TcpListener listener, byte[]? reply, CancellationToken ct)
    {
        using var client = await listener.AcceptTcpClientAsync(ct);
        await using var stream = client.GetStream();
        var buffer = new byte[4096];
        var read = 0;
        try
        {
            while (!Encoding.ASCII.GetString(buffer, 0, read).EndsWith("hola", StringComparison.Ordinal)) read += await stream.ReadAsync(buffer.AsMemory(read), ct);
            if (reply is null) _ = await stream.ReadAsync(buffer, ct);
            else await stream.WriteAsync(reply, ct);
        }
        catch (IOException)
        {
            // The other side gave up.
        }
    }
}
