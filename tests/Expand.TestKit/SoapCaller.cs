using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace Expand.TestKit;

/// <summary>Calls operations of the SOAP service as a bare client does: positional arguments, the key first.</summary>
public sealed class SoapCaller(string url, string key) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The return value as text.</summary>
    /// <exception cref="SoapFaultException">The service answered a fault.</exception>
    public async Task<string> CallAsync(string operation, CancellationToken ct, params string[] arguments)
    {
        var given = string.Concat(arguments.Select((argument, i) => $"<param{i + 1}>{Escape(argument)}</param{i + 1}>"));
        var envelope = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>"
            + $"<{operation}><param0>{Escape(key)}</param0>{given}</{operation}></e:Body></e:Envelope>";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(envelope));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/xml") { CharSet = "utf-8" };
        using var response = await _http.PostAsync(new Uri(url + "/apiws/2/apiws.php"), content, ct);
        var answer = XDocument.Parse(await response.Content.ReadAsStringAsync(ct));
        if (answer.Descendants("faultstring").FirstOrDefault() is { } fault) throw new SoapFaultException(fault.Value);
        return answer.Descendants("return").Single().Value;
    }

    /// <summary>The return value as an XML document.</summary>
    public async Task<XElement> XmlAsync(string operation, CancellationToken ct, params string[] arguments) =>
        XDocument.Parse(await CallAsync(operation, ct, arguments)).Root!;

    /// <summary>How many extensions the server knows; 0 while it has not read them.</summary>
    public async Task<int> ExtensionsAsync(CancellationToken ct)
    {
        try
        {
            return (await XmlAsync("extensionPbx", ct)).Elements().Count();
        }
        catch (SoapFaultException)
        {
            return 0;
        }
    }

    /// <summary>originateCall; the job's id.</summary>
    public Task<string> OriginateAsync(string src, string dst, CancellationToken ct, int timeout = 20, string srcName = "Juan Pérez", string dstName = "Netgate", string info = "01-43-1") =>
        CallAsync("originateCall", ct, src, srcName, dst, dstName, timeout.ToString(System.Globalization.CultureInfo.InvariantCulture), info);

    /// <summary>originateCallStatus.</summary>
    public async Task<int> StatusAsync(string job, CancellationToken ct) =>
        int.Parse(await CallAsync("originateCallStatus", ct, job), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>originateCallCancel.</summary>
    public async Task<int> CancelAsync(string job, CancellationToken ct) =>
        int.Parse(await CallAsync("originateCallCancel", ct, job), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Polls the status until it is one of <paramref name="wanted"/>; every status seen on the way, the last one last.</summary>
    /// <exception cref="TimeoutException">It did not come; the message tells what was seen.</exception>
    public async Task<IReadOnlyList<int>> FollowAsync(string job, TimeSpan patience, CancellationToken ct, params int[] wanted)
    {
        var seen = new List<int>();
        var end = DateTimeOffset.UtcNow + patience;
        while (DateTimeOffset.UtcNow < end)
        {
            var status = await StatusAsync(job, ct);
            if (seen.Count == 0 || seen[^1] != status) seen.Add(status);
            if (wanted.Contains(status)) return seen;
            await Task.Delay(50, ct);
        }

        throw new TimeoutException($"job {job} came to {string.Join(", ", seen)}, not to {string.Join(" or ", wanted)}");
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    /// <summary>XML text; a carriage return as a reference, or parsers would make it a line feed.</summary>
    private static string Escape(string text) => new XText(text).ToString().Replace("\r", "&#xD;", StringComparison.Ordinal);
}

/// <summary>A fault that the service answered.</summary>
public sealed class SoapFaultException : Exception
{
    /// <summary>A fault without a text.</summary>
    public SoapFaultException()
    {
    }

    /// <summary>A fault with its faultstring.</summary>
    public SoapFaultException(string message) : base(message)
    {
    }

    /// <summary>A fault with its faultstring, and what led to it.</summary>
    public SoapFaultException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
