using Expand.Simulator.Calls;

namespace Expand.Simulator;

/// <summary>Calls that come from outside or from a phone, and the stream of callers that arrive by themselves.</summary>
internal sealed class CallerStream(Pbx pbx)
{
    private static readonly string[] Names = ["Cliente", "María Rodríguez", "Juan Pérez", "Lucía Fernández", "", "Martín Silva", "Sofía García", ""];

    /// <summary>Begins to send callers; again after each start of the PBX.</summary>
    public void Start()
    {
        if (pbx.Options.Callers.CallsPerMinute > 0 && pbx.World.Queues.Count > 0) Next();
    }

    private void Next()
    {
        var mean = 60 / pbx.Options.Callers.CallsPerMinute;
        pbx.After(TimeSpan.FromSeconds(-Math.Log(1 - pbx.Random.NextDouble()) * mean), () =>
        {
            var queue = pbx.World.Queues[pbx.Random.Next(pbx.World.Queues.Count)].Name;
            var number = "09" + pbx.Random.Next(1_000_000, 9_999_999).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var (min, max) = pbx.Options.Callers.Patience;
            Place(number, Names[pbx.Random.Next(Names.Length)], queue, pbx.Phones.Between(min, max), null);
            Next();
        });
    }

    /// <summary>A call: from a phone when <paramref name="from"/> is an extension, else through the trunk.</summary>
    /// <param name="from">The caller's number.</param>
    /// <param name="name">The caller's name; an extension has its own.</param>
    /// <param name="to">The extension, queue or number called.</param>
    /// <param name="patience">The caller hangs up after this long if nobody has answered; null waits for ever.</param>
    /// <param name="hangsUpAfter">The caller hangs up after this long in any case.</param>
    /// <returns>The uniqueid, or null when the phone is not registered or the number leads nowhere.</returns>
    public string? Place(string from, string name, string to, TimeSpan? patience, TimeSpan? hangsUpAfter)
    {
        var phone = pbx.Phones.Find(from) is { IsTrunk: false } own ? own : pbx.Phones.Trunk;
        if (!phone.IsTrunk && !phone.Extension.Behaviour.Registered) return null;
        var context = pbx.Queues.Has(to) ? pbx.World.QueueContext : pbx.World.Context;
        if (!pbx.Dialplan.Exists(context, to)) return null;
        var channel = pbx.NewPhoneChannel(phone, pbx.NextUniqueId(), null, context, to, ChannelState.Ring);
        if (phone.IsTrunk) (channel.CallerNum, channel.CallerName) = (from, name);
        pbx.OpenRecord(channel);
        channel.Part = new StayCall(pbx, channel);
        pbx.Add(channel);
        pbx.Devices.Changed(phone);
        if (patience is { } wait)
            channel.PhoneTimers.Add(pbx.After(wait, () =>
            {
                if (channel.Bridge is null) channel.Part?.HangupAsked(channel, Causes.Normal, HangupBy.Phone);
            }));
        if (hangsUpAfter is { } end)
            channel.PhoneTimers.Add(pbx.After(end, () => channel.Part?.HangupAsked(channel, Causes.Normal, HangupBy.Phone)));
        pbx.Dialplan.Run(channel, context, to);
        return channel.UniqueId;
    }
}
