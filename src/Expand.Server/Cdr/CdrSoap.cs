using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Soap;

namespace Expand.Server.Cdr;

/// <summary>cdrData and cdrCustom (contract, soap.md "Calls"), streamed row by row.</summary>
internal static class CdrSoap
{
    private static readonly SoapParameter UniqueId = new("uniqueid");
    private static readonly SoapParameter Start = new("inicio");
    private static readonly SoapParameter End = new("fin");

    public static readonly SoapOperation Data =
        KeyedOperation.Define("cdrData", SoapType.String, SoapAnswer.Text("-1"), DataAsync, UniqueId, Start, End);

    public static readonly SoapOperation Custom =
        KeyedOperation.Define("cdrCustom", SoapType.String, SoapAnswer.Text("-1"), CustomAsync, Start, End);

    private static ValueTask<SoapAnswer> DataAsync(SoapCall call, CancellationToken ct)
    {
        var records = call.Http.RequestServices.GetRequiredService<CallRecords>();
        var time = call.Http.RequestServices.GetRequiredService<LocalTime>();
        var uniqueId = call[UniqueId.Name].Trim();
        if (uniqueId.Length > 0)
            return ValueTask.FromResult(Answer(token => records.StreamAsync(uniqueId, token), (xml, row) => WriteCall(xml, row, time)));
        if (Period(call, time, out var from, out var to) is { } wrong) return ValueTask.FromResult(wrong);
        return ValueTask.FromResult(Answer(token => records.StreamAsync(from, to, token), (xml, row) => WriteCall(xml, row, time)));
    }

    private static ValueTask<SoapAnswer> CustomAsync(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var records = services.GetRequiredService<CallRecords>();
        var time = services.GetRequiredService<LocalTime>();
        var templates = services.GetRequiredService<CdrTemplates>();
        var (estado, observaciones) = (templates[CdrField.Estado].Template, templates[CdrField.Observaciones].Template);
        if (Period(call, time, out var from, out var to) is { } wrong) return ValueTask.FromResult(wrong);
        return ValueTask.FromResult(Answer(token => records.StreamCustomAsync(from, to, token), (xml, row) =>
        {
            xml.Start("call");
            xml.Attribute("id", row.Id);
            xml.Attribute("uniqueid", row.Call.UniqueId);
            xml.Attribute("src", row.Call.Source);
            xml.Attribute("dnis", row.Call.Destination);
            xml.Attribute("context", row.Call.Context);
            xml.Attribute("calldate", time.Format(row.Call.CallDate));
            xml.Attribute("duration", row.Call.Duration);
            xml.Attribute("estado", estado.Render(row));
            xml.Attribute("observaciones", observaciones.Render(row));
            xml.End();
        }));
    }

    private static SoapAnswer Answer<T>(Func<CancellationToken, IAsyncEnumerable<T>> rows, Action<SoapXmlWriter, T> write) =>
        SoapAnswer.Xml(async (xml, ct) =>
        {
            xml.Start("cdr");
            await foreach (var row in rows(ct))
            {
                write(xml, row);
                await xml.FlushIfNeededAsync(ct);
            }

            xml.End();
        });

    private static void WriteCall(SoapXmlWriter xml, in CallBytes row, LocalTime time)
    {
        xml.Start("call");
        xml.Attribute(Names.UniqueId, row.UniqueId);
        xml.Attribute(Names.Source, row.Source);
        xml.Attribute(Names.Destination, row.Destination);
        xml.Attribute(Names.Context, row.Context);
        WriteCallerId(xml, row.CallerId);
        xml.Attribute(Names.Channel, row.Channel);
        xml.Attribute(Names.DestinationChannel, row.DestinationChannel);
        xml.Attribute(Names.LastApplication, row.LastApplication);
        xml.Attribute(Names.LastData, row.LastData);
        Span<byte> date = stackalloc byte[LocalTime.FormatLength];
        time.Format(row.CallDate, date);
        xml.Attribute(Names.CallDate, date);
        xml.Attribute(Names.Duration, row.Duration);
        xml.Attribute(Names.BillableSeconds, row.BillableSeconds);
        xml.Attribute(Names.Disposition, row.Disposition);
        xml.End();
    }

    /// <summary>The contract writes a caller ID as <c>Name (number)</c>, Asterisk as <c>"Name" &lt;number&gt;</c>.</summary>
    internal static string CallerId(string clid) => CallerId(clid, new char[clid.Length + 1]).ToString();

    private static void WriteCallerId(SoapXmlWriter xml, string clid)
    {
        Span<char> text = stackalloc char[256];
        xml.Attribute(Names.CallerId, CallerId(clid, clid.Length < text.Length ? text : new char[clid.Length + 1]));
    }

    /// <summary>The same, written into a text that has room for a character more.</summary>
    private static ReadOnlySpan<char> CallerId(string clid, Span<char> text)
    {
        var open = clid.LastIndexOf('<');
        if (open < 0 || !clid.EndsWith('>')) return clid;
        var name = clid.AsSpan(0, open).Trim();
        if (name.Length >= 2 && name[0] == '"' && name[^1] == '"')
        {
            name = name[1..^1];
            if (name.Contains('\\')) name = name.ToString().Replace("\\\"", "\"", StringComparison.Ordinal);
        }

        text.TryWrite($"{name} ({clid.AsSpan(open + 1, clid.Length - open - 2)})", out var written);
        return text[..written];
    }

    /// <summary>
    /// The operation has no code for a wrong date, and an empty report would be a lie: a fault that names the argument and the rule.
    /// </summary>
    private static SoapAnswer? Period(SoapCall call, LocalTime time, out DateTimeOffset from, out DateTimeOffset to)
    {
        const string Rule = "must be a date YYYY-MM-DD HH:MM:SS or YYYY-MM-DD";
        (from, to) = (time.Start(call[Start.Name]) ?? default, time.End(call[End.Name]) ?? default);
        if (from == default) return SoapAnswer.ClientFault($"inicio {Rule}");
        return to == default ? SoapAnswer.ClientFault($"fin {Rule}") : null;
    }

    /// <summary>cdrData's attributes.</summary>
    private static class Names
    {
        public static readonly SoapXmlName UniqueId = new("uniqueid");
        public static readonly SoapXmlName Source = new("src");
        public static readonly SoapXmlName Destination = new("dst");
        public static readonly SoapXmlName Context = new("dcontext");
        public static readonly SoapXmlName CallerId = new("clid");
        public static readonly SoapXmlName Channel = new("channel");
        public static readonly SoapXmlName DestinationChannel = new("dstchannel");
        public static readonly SoapXmlName LastApplication = new("lastapp");
        public static readonly SoapXmlName LastData = new("lastdata");
        public static readonly SoapXmlName CallDate = new("calldate");
        public static readonly SoapXmlName Duration = new("duration");
        public static readonly SoapXmlName BillableSeconds = new("billsec");
        public static readonly SoapXmlName Disposition = new("disposition");
    }
}
