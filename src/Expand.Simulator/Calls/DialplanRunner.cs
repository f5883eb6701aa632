using System.Globalization;

namespace Expand.Simulator.Calls;

/// <summary>What an extension leads to: a phone, the trunk, a queue, or one of a few applications.</summary>
internal sealed class DialplanRunner(Pbx pbx)
{
    /// <summary>The applications of the contexts "caller" and "load", and of the numbers 800 and *60 anywhere.</summary>
    private static readonly Dictionary<string, (string App, string Data, TimeSpan? Stay)> Built = new(StringComparer.Ordinal)
    {
        ["caller/wait"] = ("Wait", "20", TimeSpan.FromSeconds(20)),
        ["caller/tone"] = ("Milliwatt", "", null),
        ["caller/busy"] = ("Busy", "1", TimeSpan.FromSeconds(1)),
        ["caller/cong"] = ("Congestion", "1", TimeSpan.FromSeconds(1)),
        ["load/x"] = ("Wait", "1", TimeSpan.FromSeconds(1)),
        ["load/fast"] = ("Hangup", "", TimeSpan.Zero),
        ["load/hold"] = ("Wait", "5", TimeSpan.FromSeconds(5)),
        ["load/park"] = ("Wait", "30", TimeSpan.FromSeconds(30)),
        ["*/800"] = ("Milliwatt", "", null),
        ["*/*60"] = ("Wait", "3600", null),
    };

    private bool IsLab => pbx.World.Dialplan == SimulatorDialplan.Lab;

    public bool Exists(string context, string exten)
    {
        if (context is "caller" or "load") return Built.ContainsKey($"{context}/{exten}");
        if (context == PartRecording.Context) return !IsLab && exten is PartRecording.Listen or PartRecording.Write;
        var known = context == pbx.World.Context || context == pbx.World.QueueContext
            || pbx.World.OtherContexts.Contains("*") || pbx.World.OtherContexts.Contains(context);
        return known && (pbx.Queues.Has(exten) || Built.ContainsKey($"*/{exten}") || IsDialled(exten));
    }

    /// <summary>Runs an extension that <see cref="Exists"/>.</summary>
    public void Run(SimChannel channel, string context, string exten)
    {
        (channel.Context, channel.Exten, channel.Priority) = (context, exten, 1);
        if (context == PartRecording.Context) PartRecording.Run(pbx, channel, exten);
        else if (Built.TryGetValue($"{context}/{exten}", out var built) || Built.TryGetValue($"*/{exten}", out built))
        {
            RunBuilt(channel, built);
        }
        else if (pbx.Queues.Has(exten))
        {
            if (!IsDialer(channel)) channel.Context = pbx.World.QueueContext;
            if (IsDialer(channel) && IsMachine(channel)) HearMachine(channel);
            else EnterQueue(channel, exten);
        }
        else
        {
            channel.Priority = IsLab ? 4 : 3;
            // The laboratory's dialplan shows this name to the caller before it dials.
            if (IsLab && channel.Variables.TryGetValue("DSTCALLERID", out var shown))
            {
                channel.Priority = 3;
                pbx.Events.Connect(channel, channel.ConnectedNum, shown);
                channel.Priority = 4;
            }
            var number = new string([.. exten.Where(char.IsAsciiDigit)]);
            if (IsDialer(channel) && IsMachine(channel)) HearMachine(channel);
            else new DialCall(pbx, channel, number.Length > 5 ? $"{number}@{pbx.World.Trunk}" : number, RingSeconds(channel)).Start();
        }
    }

    /// <summary>Answer() and Queue(): answering a phone takes half a second, until its media flows.</summary>
    private void EnterQueue(SimChannel channel, string queue)
    {
        if (!IsDialer(channel)) channel.Context = pbx.World.QueueContext;
        channel.Priority = IsLab ? 2 : 1;
        var delay = channel.State == ChannelState.Up ? TimeSpan.Zero : TimeSpan.FromMilliseconds(500);
        pbx.Answer(channel);
        channel.Part ??= new StayCall(pbx, channel);
        pbx.After(delay, () =>
        {
            if (channel.Gone) return;
            channel.Priority = 3;
            pbx.Queues.Enter(channel, queue, QueueSeconds(channel), IsLab);
        });
    }

    /// <summary>Runs one application instead of an extension (Originate with Application).</summary>
    public void RunApplication(SimChannel channel, string app, string data)
    {
        channel.Exten = "";
        var first = data.Split(',')[0];
        if (app.Equals("Queue", StringComparison.OrdinalIgnoreCase) && pbx.Queues.Has(first)) pbx.Queues.Enter(channel, first, null, false);
        else if (app.Equals("Dial", StringComparison.OrdinalIgnoreCase) && first.StartsWith("PJSIP/", StringComparison.OrdinalIgnoreCase))
            new DialCall(pbx, channel, first[6..], RingSeconds(channel)).Start();
        else if (app.Equals("Wait", StringComparison.OrdinalIgnoreCase) && double.TryParse(first, CultureInfo.InvariantCulture, out var seconds))
            RunBuilt(channel, ("Wait", data, TimeSpan.FromSeconds(seconds)));
        else if (app.Equals("ChanSpy", StringComparison.OrdinalIgnoreCase)) new SpyCall(pbx, channel).Start(data);
        else RunBuilt(channel, (app, data, app is "Milliwatt" or "Echo" or "MusicOnHold" ? null : TimeSpan.Zero));
    }

    /// <summary>The options of Dial(): the product's dialplan adds its subroutine to originated calls, and EXPAND_DIALOPTIONS.</summary>
    public static string DialOptions(SimChannel channel) =>
        "tT" + (NotesConnection(channel) ? "U(expand-connected)" : "") + channel.Variables.GetValueOrDefault("EXPAND_DIALOPTIONS", "");

    /// <summary>Whether the dialplan notes in the record when the called side answers.</summary>
    public static bool NotesConnection(SimChannel channel) => Seconds(channel, "EXPAND_RINGTIME") is not null || Seconds(channel, "EXPAND_WAIT") is not null;

    /// <summary>Goes on after a Dial() that nobody answered, as the dialplan that is imitated does.</summary>
    public void AfterFailedDial(SimChannel channel, string dialStatus, int cause, bool dialled)
    {
        if (!IsLab)
        {
            // A second record is kept only for what the first does not tell: the cause of a rejection.
            var told = cause == 0 ? Causes.NoAnswer : cause;
            channel.Priority = 9;
            var tells = !dialled || (dialStatus == "NOANSWER" && told is not (18 or Causes.NoAnswer));
            var text = told.ToString(CultureInfo.InvariantCulture);
            if (tells) pbx.RunApp(channel, "Hangup", text, inRecord: dialled);
            if (tells && channel.Records?.Open is { } record) record.HangupCause = text;
            Finish(channel, told, Causes.ToSip(told));
        }
        else if (dialStatus == "NOANSWER" && cause is 0 or 18 or Causes.NoAnswer)
        {
            channel.Priority = 8;
            pbx.RunApp(channel, "Hangup", "");
            Finish(channel, Causes.Normal, null);
        }
        else
        {
            var busy = dialStatus == "BUSY";
            channel.Priority = busy ? 9 : 10;
            // Seen: without a dialled channel the record keeps Dial as its last application.
            pbx.RunApp(channel, busy ? "Busy" : "Congestion", "1", inRecord: dialled);
            var stay = new StayCall(pbx, channel);
            stay.Start(TimeSpan.FromSeconds(1), cause, Causes.ToSip(cause));
        }
    }

    /// <summary>
    /// The handler that the dialer pushes for contacts who do not answer: a second record is kept only for the cause of a rejection, which the first
    /// does not tell.
    /// </summary>
    public void AfterFailedOriginate(SimChannel channel, string disposition, int cause)
    {
        if (!channel.Variables.TryGetValue("CHANNEL(hangup_handler_push)", out var handler) || cause is 0 or Causes.Normal or Causes.Busy or 18 or Causes.NoAnswer or 34) return;
        var parts = handler.Split(',');
        (channel.Context, channel.Exten, channel.App, channel.AppData) = (parts[0], parts.ElementAtOrDefault(1) ?? "s", "Return", "");
        var record = pbx.OpenRecord(channel);
        (record.Disposition, record.HangupCause) = (disposition, cause.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>AMD(): who talks without a pause is a machine, and the record is marked with a cause that is none.</summary>
    private void HearMachine(SimChannel channel)
    {
        pbx.Answer(channel);
        pbx.RunApp(channel, "AMD", "");
        if (channel.Records?.Open is { } record) record.HangupCause = "200";
        new StayCall(pbx, channel).Start(TimeSpan.FromSeconds(2), Causes.Normal, null);
    }

    private bool IsDialer(SimChannel channel) => channel.Context == pbx.World.DialerContext;

    private static bool IsMachine(SimChannel channel) =>
        channel.Behaviour is { IsMachine: true } && channel.Variables.GetValueOrDefault("EXPAND_MACHINES") == "yes";

    /// <summary>The dialplan is at its end: the PBX hangs the channel up.</summary>
    public void Finish(SimChannel channel, int cause, int? techCause)
    {
        if (channel.Gone) return;
        pbx.Events.SoftHangupRequest(channel);
        pbx.End(channel, cause, techCause);
    }

    private void RunBuilt(SimChannel channel, (string App, string Data, TimeSpan? Stay) built)
    {
        var refusal = built.App switch { "Busy" => Causes.Busy, "Congestion" => 34, _ => 0 };
        if (refusal == 0) pbx.Answer(channel);
        channel.Priority = 2;
        pbx.RunApp(channel, built.App, built.Data);
        new StayCall(pbx, channel).Start(built.Stay, refusal == 0 ? Causes.Normal : refusal, null);
    }

    /// <summary>The laboratory's pattern is _7XX, the product's _XXX! and _+XXXXX!: digits, and whatever follows them is dropped.</summary>
    private bool IsDialled(string exten)
    {
        if (IsLab) return exten.Length == 3 && exten[0] == '7' && exten.All(char.IsAsciiDigit);
        var digits = exten.TakeWhile(char.IsAsciiDigit).Count();
        return digits >= 3 || (exten.StartsWith('+') && exten.Skip(1).TakeWhile(char.IsAsciiDigit).Count() >= 5)
            || pbx.Phones.Find(exten) is { IsTrunk: false };
    }

    private static int RingSeconds(SimChannel channel) => Seconds(channel, "EXPAND_WAIT") ?? Seconds(channel, "EXPAND_RINGTIME") ?? Seconds(channel, "RINGTIME") ?? 30;

    private static int? QueueSeconds(SimChannel channel) => Seconds(channel, "EXPAND_WAIT") ?? Seconds(channel, "QTIME");

    private static int? Seconds(SimChannel channel, string variable) =>
        channel.Variables.TryGetValue(variable, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : null;
}

/// <summary>A channel that stays in one application until it ends or somebody hangs up.</summary>
internal sealed class StayCall(Pbx pbx, SimChannel channel) : ICallPart
{
    /// <summary>Stays for a time (null: until hung up), then ends with the cause.</summary>
    public void Start(TimeSpan? stay, int cause, int? techCause)
    {
        channel.Part = this;
        if (stay is { } time)
            channel.PhoneTimers.Add(pbx.After(time, () => pbx.Dialplan.Finish(channel, cause, techCause)));
    }

    public void HangupAsked(SimChannel asked, int cause, HangupBy by)
    {
        if (by == HangupBy.Phone) pbx.Events.HangupRequest(channel, Causes.Normal);
        pbx.Dialplan.Finish(channel, Causes.Normal, null);
    }
}
