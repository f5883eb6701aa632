using System.Text;
using Expand.Simulator.Ami;
using Expand.Simulator.Calls;
using Expand.Simulator.Engine;

namespace Expand.Simulator.Files;

/// <summary>The CDR file of cdr_custom: one line a record, every field quoted, in the order of the product's cdr_custom.conf:
/// uniqueid, sequence, linkedid, start, answer, end (epoch.microseconds), clid, src, dst, dcontext, channel, dstchannel, lastapp,
/// lastdata, duration, billsec (whole seconds), disposition, userfield, hangupcause, connected (epoch).</summary>
internal sealed class CdrFile(string? path) : IDisposable
{
    private readonly AppendFile file = new(path);
    private readonly StringBuilder line = new();

    public void Open() => file.Open();

    public void Rotate() => file.Rotate();

    public void Write(SimChannel channel, CallRecord record)
    {
        var end = record.End!.Value;
        line.Clear();
        Field(channel.UniqueId).Append(',');
        Field(Text.Number(record.Sequence)).Append(',');
        Field(channel.LinkedId).Append(',');
        Field(Text.Epoch(record.Start)).Append(',');
        Field(record.Answer is { } answer ? Text.Epoch(answer) : "").Append(',');
        Field(Text.Epoch(end)).Append(',');
        Field(channel.CallerId).Append(',');
        Field(channel.CallerNum).Append(',');
        Field(record.Destination).Append(',');
        Field(record.DestinationContext).Append(',');
        Field(channel.Name).Append(',');
        Field(record.DestinationChannel).Append(',');
        Field(record.App).Append(',');
        Field(record.AppData).Append(',');
        Field(Text.Number(Duration(record))).Append(',');
        Field(Text.Number(Billed(record))).Append(',');
        Field(record.Disposition ?? "NO ANSWER").Append(',');
        Field("").Append(',');
        Field(record.HangupCause).Append(',');
        Field(record.Connected is { } connected ? Text.Number(connected.ToUnixTimeSeconds()) : "").Append('\n');
        file.Write(line.ToString());
    }

    /// <summary>The event Cdr of cdr_manager for the same record.</summary>
    public static byte[] Event(AmiEncoder encoder, DateTimeOffset now, SimChannel channel, CallRecord record) =>
        encoder.Start("Event", "Cdr").Add("Privilege", "cdr,all").Add("Timestamp", Text.Epoch(now)).Add("AccountCode", "")
            .Add("Source", channel.CallerNum).Add("Destination", record.Destination).Add("DestinationContext", record.DestinationContext)
            .Add("CallerID", channel.CallerId).Add("Channel", channel.Name).Add("DestinationChannel", record.DestinationChannel)
            .Add("LastApplication", record.App).Add("LastData", record.AppData).Add("StartTime", Text.Local(record.Start))
            .Add("AnswerTime", Text.Local(record.Answer)).Add("EndTime", Text.Local(record.End))
            .Add("Duration", Duration(record)).Add("BillableSeconds", Billed(record)).Add("Disposition", record.Disposition ?? "NO ANSWER")
            .Add("AMAFlags", "DOCUMENTATION").Add("UniqueID", channel.UniqueId).Add("UserField", "").Add("LinkedID", channel.LinkedId)
            .Add("CallInfo", channel.Variables.GetValueOrDefault("CALLINFO", "")).End();

    private static long Duration(CallRecord record) => (long)(record.End!.Value - record.Start).TotalSeconds;

    private static long Billed(CallRecord record) =>
        record.Answer is { } answer ? Math.Max(0, (long)(record.End!.Value - answer).TotalSeconds) : 0;

    private StringBuilder Field(string value) =>
        line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');

    public void Dispose() => file.Dispose();
}
