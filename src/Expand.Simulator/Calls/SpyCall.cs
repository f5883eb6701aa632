namespace Expand.Simulator.Calls;

/// <summary>ChanSpy(): a channel hears another one until either ends. Without <c>E</c> and <c>S</c> it would wait for the next; so it does here, for none.</summary>
internal sealed class SpyCall(Pbx pbx, SimChannel spyer) : ICallPart
{
    private SimChannel? spyee;
    private string options = "";

    public void Start(string data)
    {
        var comma = data.IndexOf(',', StringComparison.Ordinal);
        var name = comma < 0 ? data : data[..comma];
        options = comma < 0 ? "" : data[(comma + 1)..];
        pbx.Answer(spyer);
        spyer.Part = this;
        pbx.RunApp(spyer, "ChanSpy", data);
        spyee = options.Contains('u', StringComparison.Ordinal)
            ? pbx.Find(name)
            : pbx.Channels.FirstOrDefault(c => c != spyer && c.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        if (spyee is not null)
        {
            spyee.HeardBy.Add(spyer);
            pbx.Events.ChanSpyStart(spyer, spyee);
        }
        else if (options.Contains('S', StringComparison.Ordinal))
        {
            pbx.After(TimeSpan.Zero, () => pbx.Dialplan.Finish(spyer, Causes.Normal, null));
        }
    }

    public void HangupAsked(SimChannel channel, int cause, HangupBy by)
    {
        if (by == HangupBy.Phone) pbx.Events.HangupRequest(spyer, Causes.Normal);
        Stop();
        pbx.Dialplan.Finish(spyer, Causes.Normal, null);
    }

    /// <summary>The channel that was heard has ended.</summary>
    public static void TargetGone(Pbx pbx, SimChannel listener, SimChannel gone)
    {
        if (listener.Part is SpyCall call && call.spyee == gone) pbx.After(TimeSpan.Zero, call.Ended);
    }

    private void Ended()
    {
        if (spyer.Gone || spyee is null) return;
        Stop();
        if (options.Contains('E', StringComparison.Ordinal) || options.Contains('S', StringComparison.Ordinal)) pbx.Dialplan.Finish(spyer, Causes.Normal, null);
    }

    private void Stop()
    {
        if (spyee is not { } heard) return;
        spyee = null;
        heard.HeardBy.Remove(spyer);
        pbx.Events.ChanSpyStop(spyer, heard);
    }
}
