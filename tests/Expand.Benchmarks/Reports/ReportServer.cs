using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Expand.Benchmarks.Peers;
using Expand.Benchmarks.Soap;
using Expand.Benchmarks.Year;
using Expand.TestKit;

namespace Expand.Benchmarks.Reports;

/// <summary>A server on one of the databases that reports are measured on, and a client that asks it for them.</summary>
internal sealed class ReportServer : IAsyncDisposable
{
    private const string Type = "text/xml; charset=utf-8";
    private readonly QuietServer quiet;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(10) };
    private readonly string folder = Directory.CreateTempSubdirectory("expand-bench-reports-").FullName;

    private ReportServer(QuietServer quiet) => this.quiet = quiet;

    /// <summary>The process.</summary>
    public ServerFixture Server => quiet.Server;

    private string Url => Server.Url + "/apiws/2/apiws.php";

    /// <summary>Starts it on the database, as its first server.</summary>
    public static async Task<ReportServer> StartAsync(string connection, CancellationToken ct)
    {
        await YearData.ForgetPeopleAsync(connection, ct);
        return new ReportServer(await QuietServer.StartAsync(ct, ("ConnectionStrings__Expand", connection), ("Expand__TimeZone", YearOfCalls.Zone)));
    }

    /// <summary>An instant as the contract's dates have it.</summary>
    public static string Date(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(YearOfCalls.Zone)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A request of it.</summary>
    public string Request(string operation, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var body = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:ns1=\"urn:apiws\">")
            .Append(CultureInfo.InvariantCulture, $"<SOAP-ENV:Body><ns1:{operation}><authorizedKey>{Server.Credentials.AuthorizedKey}</authorizedKey>");
        foreach (var (name, value) in arguments) body.Append(CultureInfo.InvariantCulture, $"<{name}>{value}</{name}>");
        return body.Append(CultureInfo.InvariantCulture, $"</ns1:{operation}></SOAP-ENV:Body></SOAP-ENV:Envelope>\n").ToString();
    }

    /// <summary>Asks with curl, which throws the answer away.</summary>
    public async Task<CurlTime> CurlAsync(string request, CancellationToken ct)
    {
        var file = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(file, request, ct);
        var time = await Curl.PostAsync(Url, file, Type, ct);
        File.Delete(file);
        return time;
    }

    /// <summary>Asks, and reads the answer to its end; how many bytes it has.</summary>
    public async Task<long> ReadAsync(string request, CancellationToken ct)
    {
        using var response = await PostAsync(request, ct);
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var (buffer, total) = (new byte[64 * 1024], 0L);
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0;) total += read;
        return total;
    }

    /// <summary>Asks; the document that the answer is.</summary>
    public async Task<XElement> AskAsync(string request, CancellationToken ct)
    {
        using var response = await PostAsync(request, ct);
        var envelope = await XDocument.LoadAsync(await response.Content.ReadAsStreamAsync(ct), LoadOptions.None, ct);
        return XElement.Parse(envelope.Descendants("return").Single().Value);
    }

    /// <summary>A GET of the REST API; the answer's text.</summary>
    public async Task<string> GetAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Server.Url + path);
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Server.Credentials.ApiUser}:{Server.Credentials.ApiPassword}")));
        using var response = await http.SendAsync(request, ct);
        return (await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(ct));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await quiet.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<HttpResponseMessage> PostAsync(string body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Type);
        request.Headers.Add("SOAPAction", "\"\"");
        return (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct)).EnsureSuccessStatusCode();
    }
}
