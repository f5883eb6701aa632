using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Soap.Tests;

public sealed class HttpTests
{
    private static readonly string Call = Envelope.Rpc("code");

    [Fact]
    public async Task Http_1_0_is_answered_and_closed()
    {
        await using var host = await SoapHost.StartAsync();
        var answer = await host.RawAsync($"POST {SoapHost.Path} HTTP/1.0\r\nContent-Length: {Call.Length}\r\n\r\n{Call}");
        Assert.Contains("-1</return>", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_answer_over_http_1_0_ends_with_the_connection_and_is_not_chunked()
    {
        await using var host = await SoapHost.StartAsync();
        var call = Envelope.Rpc("rows", ("count", "2000"));
        var answer = await host.RawAsync($"POST {SoapHost.Path} HTTP/1.0\r\nContent-Length: {call.Length}\r\n\r\n{call}");
        Assert.DoesNotContain("chunked", answer, StringComparison.OrdinalIgnoreCase);
        var reply = new Reply(200, null, null, answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal(2000, reply.Inner.Elements("call").Count());
    }

    [Fact]
    public async Task A_chunked_request_is_read()
    {
        await using var host = await SoapHost.StartAsync();
        var (a, b) = (Call[..50], Call[50..]);
        var answer = await host.RawAsync(
            $"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{a.Length:x}\r\n{a}\r\n{b.Length:X}\r\n{b}\r\n0\r\n\r\n");
        Assert.Contains("-1</return>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expect_100_continue_is_honoured()
    {
        await using var host = await SoapHost.StartAsync();
        using var client = await host.ConnectAsync();
        var stream = client.GetStream();
        var ct = TestContext.Current.CancellationToken;
        var head = $"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: {Call.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), ct);
        var first = new byte[25];
        await stream.ReadExactlyAsync(first, ct).AsTask().WaitAsync(TimeSpan.FromSeconds(10), ct);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(first));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Call), ct);
        using var reader = new StreamReader(stream);
        Assert.Contains("-1</return>", await reader.ReadToEndAsync(ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_announced_too_large_is_refused_before_it_is_sent()
    {
        await using var host = await SoapHost.StartAsync();
        var answer = await host.RawAsync($"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 500", answer, StringComparison.Ordinal);
        Assert.Contains("too large", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_follow_each_other_on_one_connection_also_after_a_fault()
    {
        await using var host = await SoapHost.StartAsync();
        string Post(string body, string more = "") => $"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\n{more}Content-Length: {body.Length}\r\n\r\n{body}";
        var answer = await host.RawAsync(Post(Call) + Post("<broken") + Post(Call, "Connection: close\r\n"));
        Assert.Equal(3, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.Equal(2, answer.Split("-1</return>").Length - 1);
    }

    [Theory]
    [InlineData("code", "")]
    [InlineData("rows", "4000")]
    public async Task Pitfall_15_the_hosts_response_compression_works_with_small_and_streamed_answers(string operation, string count)
    {
        await using var host = await SoapHost.StartAsync(
            services: s => s.AddResponseCompression(), pipeline: app => app.UseResponseCompression());
        using var handler = new HttpClientHandler { AutomaticDecompression = DecompressionMethods.GZip };
        using var client = new HttpClient(handler) { BaseAddress = host.Base };
        using var request = new HttpRequestMessage(HttpMethod.Post, SoapHost.Path) { Content = new StringContent(Envelope.Rpc(operation, ("count", count))) };
        using var compressed = await SendCompressedAsync(host, operation, count);
        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var reply = await Reply.ReadAsync(response);
        if (operation == "code") Assert.Equal("-1", reply.Answers());
        else Assert.Equal(4000, reply.Inner.Elements("call").Count());
    }

    private static async Task<HttpResponseMessage> SendCompressedAsync(SoapHost host, string operation, string count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, SoapHost.Path) { Content = new StringContent(Envelope.Rpc(operation, ("count", count))) };
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        return await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
