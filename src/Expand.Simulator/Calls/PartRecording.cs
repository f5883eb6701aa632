using Expand.Simulator.Files;

namespace Expand.Simulator.Calls;

/// <summary>
/// Recording of a part of a call, as the product's dialplan does it (context <c>expand-recording</c>): one side of a Local channel listens to a
/// channel, the other writes what it hears. It is no call, so it has no record.
/// </summary>
internal sealed class PartRecording : ICallPart
{
    public const string Context = "expand-recording";
    public const string Listen = "listen";
    public const string Write = "write";

    private readonly Pbx pbx;
    private readonly SimChannel writer;
    private readonly WaveFile? file;

    private PartRecording(Pbx pbx, SimChannel writer)
    {
        (this.pbx, this.writer) = (pbx, writer);
        var name = string.Concat(Variable(writer, "EXPAND_PART").Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));
        pbx.RunApp(writer, "MixMonitor", name + ".wav");
        file = pbx.Options.RecordingsFolder is { } folder ? WaveFile.Create(Path.Combine(folder, name + ".wav"), pbx.Now) : null;
    }

    public static void Run(Pbx pbx, SimChannel channel, string exten)
    {
        channel.Records = null;
        if (exten == Listen) StartListening(pbx, channel);
        else StartWriting(pbx, channel);
    }

    public void HangupAsked(SimChannel channel, int cause, HangupBy by)
    {
        file?.Close(pbx.Now);
        Tell("MixMonitorStop");
        pbx.Dialplan.Finish(writer, Causes.Normal, null);
    }

    private static void StartListening(Pbx pbx, SimChannel listener)
    {
        var heard = pbx.Find(Variable(listener, "EXPAND_HEARD"));
        pbx.RunApp(listener, "ChanSpy", $"{Variable(listener, "EXPAND_HEARD")},qEu");
        if (heard is null)
        {
            pbx.Dialplan.Finish(listener, Causes.Normal, null);
            return;
        }

        heard.Listeners.Add(listener);
        new StayCall(pbx, listener).Start(null, Causes.Normal, null);
    }

    private static void StartWriting(Pbx pbx, SimChannel writer)
    {
        pbx.Answer(writer);
        var recording = new PartRecording(pbx, writer);
        writer.Part = recording;
        recording.Tell("MixMonitorStart");
    }

    private void Tell(string name)
    {
        if (!pbx.HasListeners()) return;
        PbxEvents.Snapshot(pbx.Events.Start(name, EventClass.Call), "", writer);
        pbx.Events.Send(EventClass.Call);
    }

    /// <summary>Originate's variables are the first half's; the second half of a Local channel inherits them.</summary>
    private static string Variable(SimChannel channel, string name) =>
        channel.Variables.GetValueOrDefault(name) ?? channel.LocalPeer?.Variables.GetValueOrDefault(name) ?? "";
}
