namespace Expand.Simulator.Calls;

/// <summary>The endpoints and what their phones do when a channel reaches them.</summary>
internal sealed class PhoneBook
{
    private static readonly TimeSpan RefuseDelay = TimeSpan.FromMilliseconds(200);
    private readonly Pbx pbx;
    private readonly SortedDictionary<string, SimPhone> phones = new(StringComparer.Ordinal);

    public PhoneBook(Pbx pbx)
    {
        this.pbx = pbx;
        foreach (var extension in pbx.World.Extensions) phones[extension.Number] = new SimPhone(extension, false);
        Trunk = new SimPhone(new SimulatorExtension(pbx.World.Trunk, "", pbx.World.TrunkBehaviour) { Hint = false }, true);
    }

    public SimPhone Trunk { get; }

    public IEnumerable<SimPhone> All => phones.Values;

    public SimPhone? Find(string number) =>
        number == pbx.World.Trunk ? Trunk : phones.GetValueOrDefault(number);

    public SimPhone? ByDevice(string device) =>
        device.StartsWith("PJSIP/", StringComparison.OrdinalIgnoreCase) ? Find(device[6..]) : null;

    public void Put(SimulatorExtension extension)
    {
        if (phones.TryGetValue(extension.Number, out var phone)) phone.Extension = extension;
        else phones[extension.Number] = phone = new SimPhone(extension, false);
        pbx.Devices.Changed(phone);
    }

    public bool Remove(string number) => phones.Remove(number);

    public void Clear()
    {
        foreach (var phone in phones.Values.Append(Trunk)) phone.Channels.Clear();
    }

    public void Boot()
    {
        foreach (var phone in phones.Values.Append(Trunk)) phone.Announced = pbx.Devices.Of(phone);
    }

    /// <summary>Resolves a dial string PJSIP/x, PJSIP/x/sip:… or PJSIP/number@endpoint; null when it leads to no registered phone.</summary>
    public SimPhone? Dialable(string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0) resource = resource[..slash];
        var at = resource.IndexOf('@', StringComparison.Ordinal);
        var phone = Find(at >= 0 ? resource[(at + 1)..] : resource);
        return phone is { IsTrunk: false, Extension.Behaviour.Registered: false } ? null : phone;
    }

    /// <summary>What answers at the number of PJSIP/number@trunk; null where the endpoint's phone does.</summary>
    public ExtensionBehaviour? Outside(string resource) =>
        resource.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && Dialable(resource) is { IsTrunk: true } ? pbx.World.Outside?.Invoke(resource[..at]) : null;

    /// <summary>Has the phone ring: the caller of this method has announced the channel as ringing.</summary>
    /// <param name="channel">The channel to the phone.</param>
    /// <param name="answered">The phone was picked up.</param>
    /// <param name="refused">The phone refused, with a cause and the SIP answer.</param>
    /// <param name="forQueue">The call is one of a queue's.</param>
    public void Ring(SimChannel channel, Action answered, Action<int, int> refused, bool forQueue = false)
    {
        var phone = channel.Phone!;
        var behaviour = channel.Behaviour ?? phone.Extension.Behaviour;
        if (behaviour.SipRefusal is { } sip)
        {
            channel.PhoneTimers.Add(pbx.After(RefuseDelay, () => refused(Causes.FromSip(sip), sip)));
            return;
        }
        if (behaviour.AnswerMin is not { } min) return;
        var delay = Between(min, behaviour.AnswerMax);
        var missed = behaviour.MissedShare + (forQueue ? behaviour.MissedQueueShare : 0);
        if (missed > 0 && pbx.Random.NextDouble() < missed) return;
        channel.PhoneTimers.Add(pbx.After(delay, () =>
        {
            if (channel.Gone) return;
            answered();
            if (behaviour.HangsUpAfter is { } rest && !channel.Gone)
                channel.PhoneTimers.Add(pbx.After(rest, () => channel.Part?.HangupAsked(channel, Causes.Normal, HangupBy.Phone)));
        }));
    }

    /// <summary>How long the called party means to talk, or null when it leaves the end to the other.</summary>
    public TimeSpan? TalkOf(SimChannel called) =>
        (called.Behaviour ?? called.Phone?.Extension.Behaviour) is { TalkMin: { } min } behaviour ? Between(min, behaviour.TalkMax) : null;

    public TimeSpan Between(TimeSpan min, TimeSpan max) =>
        max <= min ? min : min + TimeSpan.FromTicks((long)(pbx.Random.NextDouble() * (max - min).Ticks));
}
