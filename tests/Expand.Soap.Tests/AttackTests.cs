using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using CsCheck;

namespace Expand.Soap.Tests;

public sealed class AttackTests
{
    private static readonly SoapEndpointOptions Impatient = new() { RequestTimeout = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task Pitfall_9_entity_expansion_is_refused()
    {
        await using var host = await SoapHost.StartAsync();
        var laughs = string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">"));
        (await host.PostAsync($"<!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]>" + Envelope.Around("<echo><text>&l9;</text></echo>"))).Faults("Client");
    }

    [Fact]
    public async Task Pitfall_9_external_entities_are_refused()
    {
        await using var host = await SoapHost.StartAsync();
        const string doctype = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
        var reply = (await host.PostAsync("<?xml version=\"1.0\"?>" + doctype + Envelope.Around("<echo><text>&f;</text></echo>"))).Faults("Client");
        Assert.DoesNotContain("root:", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("header")]
    [InlineData("argument")]
    [InlineData("sibling")]
    [InlineData("root")]
    public async Task Pitfall_9_a_hundred_thousand_levels_cost_nothing(string where)
    {
        await using var host = await SoapHost.StartAsync();
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000)) + string.Concat(Enumerable.Repeat("</a>", 100_000));
        var clock = Stopwatch.StartNew();
        (await host.PostAsync(where switch
        {
            "header" => Envelope.Around("<code/>", header: $"<s:Header>{deep}</s:Header>"),
            "argument" => Envelope.Around($"<echo>{deep}</echo>"),
            "sibling" => Envelope.Around($"<code/>{deep}"),
            _ => deep,
        })).Faults("Client");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_bound_on_depth_is_exact()
    {
        await using var host = await SoapHost.StartAsync();
        string Nested(int levels) => Envelope.Around(
            "<code>" + string.Concat(Enumerable.Repeat("<a>", levels)) + string.Concat(Enumerable.Repeat("</a>", levels)) + "</code>");
        (await host.PostAsync(Nested(61))).Answers(); // with Envelope, Body and call: 64
        (await host.PostAsync(Nested(62))).Faults("Client");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pitfall_9_an_oversized_body_is_a_fault_whether_announced_or_chunked(bool announced)
    {
        await using var host = await SoapHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, SoapHost.Path);
        request.Content = new StringContent(Envelope.Rpc("echo", ("text", new string('x', 1_200_000))));
        request.Headers.TransferEncodingChunked = !announced;
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        (await Reply.ReadAsync(response)).Faults("Client");
    }

    [Fact]
    public async Task The_bound_on_size_is_exact()
    {
        await using var host = await SoapHost.StartAsync(new SoapEndpointOptions { MaxRequestBytes = 2000 });
        byte[] Sized(int size) => [.. Encoding.UTF8.GetBytes(Envelope.Rpc("code").PadRight(size))];
        (await host.PostAsync(Sized(2000))).Answers();
        (await host.PostAsync(Sized(2001))).Faults("Client");
        (await host.PostAsync(Compress(Sized(2000), "gzip"), contentEncoding: "gzip")).Answers();
        (await host.PostAsync(Compress(Sized(2001), "gzip"), contentEncoding: "gzip")).Faults("Client");
    }

    [Fact]
    public async Task A_gzip_bomb_is_stopped_at_the_bound()
    {
        await using var host = await SoapHost.StartAsync();
        var bomb = Compress(new byte[500_000_000], "gzip");
        Assert.True(bomb.Length < 1024 * 1024);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        (await host.PostAsync(bomb, contentEncoding: "gzip")).Faults("Client");
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 20_000_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    [InlineData("identity")]
    public async Task Pitfall_15_compressed_requests_are_read(string encoding)
    {
        await using var host = await SoapHost.StartAsync();
        var body = Compress(Encoding.UTF8.GetBytes(Envelope.Rpc("echo", ("text", "Ñandú"))), encoding);
        Assert.Equal("Ñandú", (await host.PostAsync(body, contentEncoding: encoding.Split(' ')[^1])).Answers());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("nonsense, gzip")]
    public async Task Broken_or_unknown_compression_is_a_fault(string encoding)
    {
        await using var host = await SoapHost.StartAsync();
        (await host.PostAsync(Encoding.UTF8.GetBytes(Envelope.Rpc("code")), contentEncoding: encoding)).Faults("Client");
        var cut = Compress(Encoding.UTF8.GetBytes(Envelope.Rpc("echo", ("text", new string('x', 500)))), "gzip")[..60];
        (await host.PostAsync(cut, contentEncoding: "gzip")).Faults("Client");
    }

    [Fact]
    public async Task Crowds_of_elements_and_attributes_are_refused_in_linear_time()
    {
        await using var host = await SoapHost.StartAsync();
        var clock = Stopwatch.StartNew();
        (await host.PostAsync(Envelope.Around($"<echo>{string.Concat(Enumerable.Repeat("<a/>", 200_000))}</echo>"))).Faults("Client");
        (await host.PostAsync(Envelope.Around($"<code/>{string.Concat(Enumerable.Repeat("<a/>", 200_000))}"))).Faults("Client");
        (await host.PostAsync(Envelope.Around($"<echo {string.Concat(Enumerable.Range(0, 60_000).Select(i => $"a{i}='' "))}/>"))).Faults("Client");
        (await host.PostAsync(Envelope.Around($"<echo {string.Concat(Enumerable.Range(0, 40_000).Select(i => $"xmlns:a{i}='u:{i}' "))}/>"))).Faults("Client");
        var pieces = string.Concat(Enumerable.Repeat("x<!---->", 100_000));
        Assert.Equal(100_000, (await host.PostAsync(Envelope.Around($"<echo><text>{pieces}</text></echo>"))).Answers().Length);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_truncated_body_is_a_fault_or_a_closed_connection_never_a_hang()
    {
        await using var host = await SoapHost.StartAsync();
        var answer = await host.RawAsync($"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<s:Envelope", closeSending: true);
        Assert.True(answer.Length == 0 || answer.Contains("Fault>", StringComparison.Ordinal), answer);
        Assert.DoesNotContain(host.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_in_time_is_a_fault_and_the_connection_is_closed()
    {
        await using var host = await SoapHost.StartAsync(Impatient);
        var clock = Stopwatch.StartNew();
        var answer = await host.RawAsync($"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<s:Envelope");
        Assert.StartsWith("HTTP/1.1 500", answer, StringComparison.Ordinal);
        Assert.Contains("did not arrive in time", answer, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Broken_chunks_are_a_fault()
    {
        await using var host = await SoapHost.StartAsync();
        var answer = await host.RawAsync($"POST {SoapHost.Path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<a/>\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 500", answer, StringComparison.Ordinal);
        Assert.Contains("SOAP-ENV:Client", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Random_bytes_are_a_well_formed_fault()
    {
        await using var host = await SoapHost.StartAsync();
        await Gen.Byte.Array[0, 300].SampleAsync(async bytes => (await host.PostAsync(bytes)).Faults("Client"), iter: 500, threads: 2);
    }

    [Fact]
    public async Task A_damaged_envelope_is_answered_or_faulted_and_always_well_formed()
    {
        await using var host = await SoapHost.StartAsync();
        var whole = Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + Envelope.Rpc("echo", ("text", "Ñandú & co")));
        var damage = Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, 3]);
        await damage.Array[1, 4].SampleAsync(
            async hits =>
            {
                var bytes = whole.ToList();
                foreach (var (at, value, kind) in hits.Where(h => h.Item1 < bytes.Count))
                {
                    if (kind == 0) bytes.RemoveRange(at, bytes.Count - at);
                    else if (kind == 1) bytes.RemoveAt(at);
                    else if (kind == 2) bytes.Insert(at, value);
                    else bytes[at] = value;
                }

                var reply = await host.PostAsync([.. bytes]);
                if (reply.IsFault) Assert.Equal(500, reply.Status);
                else reply.Answers();
            },
            iter: 1000, threads: 2);
        Assert.DoesNotContain(host.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        if (encoding == "identity") return bytes;
        using var result = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "deflate" => new ZLibStream(result, CompressionLevel.Optimal),
            "raw deflate" => new DeflateStream(result, CompressionLevel.Optimal),
            _ => new GZipStream(result, CompressionLevel.Optimal),
        })
        {
            stream.Write(bytes);
        }

        return result.ToArray();
    }
}
