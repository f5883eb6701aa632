using System.Globalization;
using System.Text;

namespace Expand.Phones;

/// <summary>A SIP request or response: a pure value, no socket (RFC 3261, 7). As much of SIP as a loopback phone needs.</summary>
internal sealed class SipMessage
{
    private readonly List<(string Name, string Value)> _headers = [];

    private SipMessage(string startLine) => StartLine = startLine;

    public string StartLine { get; }

    public string Body { get; private set; } = "";

    public bool IsResponse => StartLine.StartsWith("SIP/2.0 ", StringComparison.Ordinal);

    /// <summary>Status code of a response; 0 for a request.</summary>
    public int Status => IsResponse && int.TryParse(Word(StartLine, 1), CultureInfo.InvariantCulture, out var code) ? code : 0;

    /// <summary>Method of a request, or the one that a response answers (from CSeq).</summary>
    public string Method => IsResponse ? Word(this["CSeq"] ?? "", 1) : Word(StartLine, 0);

    public string RequestUri => IsResponse ? "" : Word(StartLine, 1);

    public string CallId => this["Call-ID"] ?? "";

    public int Sequence => int.TryParse(Word(this["CSeq"] ?? "", 0), CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>The first header of that name; null where there is none.</summary>
    public string? this[string name] => All(name).FirstOrDefault();

    public IEnumerable<string> All(string name) =>
        _headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    public static SipMessage Request(string method, string uri) => new($"{method} {uri} SIP/2.0");

    /// <summary>A response to <paramref name="request"/>, with what has to be copied from it; <paramref name="toTag"/> is added where To has none.</summary>
    public static SipMessage Response(SipMessage request, int status, string? toTag)
    {
        var response = new SipMessage($"SIP/2.0 {status} {Reason(status)}");
        foreach (var via in request.All("Via")) response.With("Via", via);
        foreach (var route in request.All("Record-Route")) response.With("Record-Route", route);
        var to = request["To"] ?? "";
        if (toTag is not null && SipAddress.Parse(to).Tag is null) to += $";tag={toTag}";
        return response.With("From", request["From"] ?? "").With("To", to)
            .With("Call-ID", request.CallId).With("CSeq", request["CSeq"] ?? "");
    }

    public SipMessage With(string name, string value)
    {
        _headers.Add((name, value));
        return this;
    }

    public SipMessage WithBody(string contentType, string body)
    {
        Body = body;
        return With("Content-Type", contentType);
    }

    /// <summary>Reads a datagram; null where it is not SIP (a keep-alive, noise).</summary>
    public static SipMessage? Parse(ReadOnlySpan<byte> datagram)
    {
        var text = Encoding.UTF8.GetString(datagram);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = (end < 0 ? text : text[..end]).Split("\r\n");
        if (!lines[0].Contains("SIP/2.0", StringComparison.Ordinal)) return null;
        var message = new SipMessage(lines[0]);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) message.With(LongName(line[..colon].Trim()), line[(colon + 1)..].Trim());
        }
        if (end >= 0) message.Body = text[(end + 4)..];
        return message;
    }

    public byte[] ToBytes()
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var head = new StringBuilder(StartLine).Append("\r\n");
        foreach (var (name, value) in _headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
    }

    private static string Word(string line, int index)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return index < words.Length ? words[index] : "";
    }

    private static string LongName(string name) => name switch
    {
        "f" => "From",
        "t" => "To",
        "i" => "Call-ID",
        "m" => "Contact",
        "v" => "Via",
        "c" => "Content-Type",
        _ => name,
    };

    private static string Reason(int status) => status switch
    {
        100 => "Trying",
        180 => "Ringing",
        200 => "OK",
        202 => "Accepted",
        404 => "Not Found",
        405 => "Method Not Allowed",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        486 => "Busy Here",
        487 => "Request Terminated",
        503 => "Service Unavailable",
        603 => "Decline",
        _ => "Answer",
    };
}
