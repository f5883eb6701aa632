using System.Net.Http.Headers;
using System.Text;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Peers;

namespace Expand.Benchmarks.Soap;

/// <summary>
/// How many times a second a call's status is answered over SOAP to 16 clients that ask for it again and again, beside others that answer the
/// same: Kestrel with the same bytes from memory, SoapCore, and PHP's SoapServer.
/// </summary>
internal sealed class SoapBenchmark : IBenchmark
{
    private const int Clients = 16;
    private const string Type = "text/xml; charset=utf-8";
    private const double Seconds = 2;

    public string Name => "soap";

    public string Tells => "originateCallStatus, 16 clients: beside Kestrel with the same bytes, SoapCore, and php-fpm; what a request allocates";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("soap takes no options");
        Console.Error.WriteLine("soap: starting the server and its peers");
        await using var call = await TalkingCall.StartAsync(ct);
        var ours = call.Server.Url + "/apiws/2/apiws.php";
        // As a client made from the published description writes it.
        var body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:ns1=\"urn:apiws\">"
            + $"<SOAP-ENV:Body><ns1:originateCallStatus>{{0}}</ns1:originateCallStatus></SOAP-ENV:Body></SOAP-ENV:Envelope>\n";
        var plain = body.Replace("{0}",
            $"<authorizedKey>{call.Server.Credentials.AuthorizedKey}</authorizedKey><originatedID>{call.Job}</originatedID>", StringComparison.Ordinal);
        var qualified = body.Replace("{0}",
            $"<ns1:authorizedKey>{call.Server.Credentials.AuthorizedKey}</ns1:authorizedKey><ns1:originatedID>{call.Job}</ns1:originatedID>", StringComparison.Ordinal);

        using var http = new HttpClient();
        var answer = await AskAsync(http, ours, plain, ct);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, answer, ct);
        using var load = Wrk.Post(Clients, plain, Type);
        using var qualifiedLoad = Wrk.Post(Clients, qualified, Type);
        try
        {
            var (kestrel, kestrelPort) = await ChildProcess.StartPeerAsync("constant", ct, file, Type);
            using var _ = kestrel;
            var (soapCore, soapCorePort) = await ChildProcess.StartPeerAsync("soapcore", ct);
            using var __ = soapCore;
            using var php = await PhpPeer.StartAsync(await http.GetByteArrayAsync(new Uri(ours + "?wsdl"), ct), ct);
            if (!(await AskAsync(http, Url(kestrelPort), plain, ct)).AsSpan().SequenceEqual(answer)) throw new InvalidOperationException("Kestrel answers something else");
            await AskAsync(http, Url(soapCorePort), qualified, ct);
            await AskAsync(http, Url(php.Port), plain, ct);

            var figures = new List<Figure>
            {
                await RatioAsync("requests a second beside Kestrel", "Kestrel with the same bytes", 0.8, load, Url(kestrelPort)),
                await RatioAsync("requests a second beside SoapCore", "SoapCore from memory", 2.5, qualifiedLoad, Url(soapCorePort)),
                await RatioAsync("requests a second beside PHP", "php-fpm, 4 workers, behind nginx", 6, load, Url(php.Port)),
            };
            Console.Error.WriteLine("soap: what a request allocates");
            var bytes = await Allocations.PerRequestAsync(call.Server.ProcessId, async token => (await load.RunAsync(ours, 5, token)).Requests, ct);
            figures.Add(new("allocated for a request", bytes, "B", Better.Lower, Detail: "by the runtime's own counter, over 5 s of load"));
            return figures;
        }
        finally
        {
            File.Delete(file);
        }

        async Task<Figure> RatioAsync(string name, string against, double limit, Wrk theirs, string url)
        {
            Console.Error.WriteLine($"soap: {against}");
            // Each is thousands of requests.
            var pairs = await Pairs.MeasureAsync(token => theirs.RateAsync(url, Seconds, token), token => load.RateAsync(ours, Seconds, token), ct, warmUps: 3);
            return new(name, pairs.Ratio, "×", Better.Higher, limit, against, pairs.Tell("/s"));
        }
    }

    private static string Url(int port) => FormattableString.Invariant($"http://127.0.0.1:{port}/apiws/2/apiws.php");

    /// <summary>The answer to one call, which must say that the call talks.</summary>
    private static async Task<byte[]> AskAsync(HttpClient http, string url, string body, CancellationToken ct)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(Type);
        content.Headers.Add("SOAPAction", "\"\"");
        using var response = await http.PostAsync(new Uri(url), content, ct);
        var answer = await response.Content.ReadAsByteArrayAsync(ct);
        var text = Encoding.UTF8.GetString(answer);
        return text.Contains(">2</", StringComparison.Ordinal) ? answer : throw new InvalidOperationException($"{url} does not answer 2: {(int)response.StatusCode} {text}");
    }
}
