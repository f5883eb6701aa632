using Expand.Server.Pbx;

namespace Expand.Server.Queues;

/// <summary>
/// Makes the picture what the PBX says that it is, and tells each difference. Calls that are talked on are not in Asterisk's list of a
/// queue: they are found again from the channels, and where nobody saw them begin, the age of a leg stands for the instant.
/// </summary>
internal sealed class LiveResync(LiveModel model, LiveMoves moves, ILogger log)
{
    private int differences;
    private bool silent;

    /// <summary>The number of differences; at the <paramref name="first"/> one, where nothing was known, they are not told one by one.</summary>
    public int Apply(QueuesSnapshot snapshot, bool first)
    {
        (differences, silent) = (0, first);
        foreach (var queue in snapshot.Queues) model.AddQueue(queue);
        Members(snapshot);
        Waiting(snapshot);
        var channels = new ChannelsNow(snapshot);
        Offers(snapshot, channels);
        Connected(snapshot, channels);
        Outgoing(snapshot, channels);
        foreach (var (name, queue) in model.Queues.ToList())
        {
            if (!snapshot.Queues.Contains(name) && queue is { Members.Count: 0, Waiting.Count: 0, Talking: 0 }) model.RemoveQueue(name);
        }

        return differences;
    }

    private void Members(QueuesSnapshot snapshot)
    {
        var there = new HashSet<(string, string)>();
        foreach (var member in snapshot.Members)
        {
            there.Add((member.Queue, member.Device.ToUpperInvariant()));
            var before = model.Member(member.Queue, member.Device);
            moves.Put(member, snapshot.At, told: false);
            var after = model.Member(member.Queue, member.Device)!;
            if (before?.Agent != after.Agent) Differs("member is new", member.Queue, $"{after.Agent} at {after.Device}");
            else if (before.Paused != after.Paused || before.PauseReason != after.PauseReason) Differs("pause is another", member.Queue, $"{after.Agent}: {(after.Paused ? $"paused ({after.PauseReason})" : "not paused")}");
            else if (before.LoginAt != after.LoginAt) Differs("login is another", member.Queue, after.Agent);
        }

        foreach (var gone in model.Queues.Values.SelectMany(q => q.Members.Values).Where(m => !there.Contains((m.Queue, m.Device.ToUpperInvariant()))).ToList())
        {
            model.Remove(gone);
            Differs("member is gone", gone.Queue, $"{gone.Agent} at {gone.Device}");
        }
    }

    private void Waiting(QueuesSnapshot snapshot)
    {
        var there = snapshot.Waiting.Select(w => (w.Queue, w.UniqueId)).ToHashSet();
        foreach (var gone in model.Queues.Values.SelectMany(q => q.Waiting.Values).Where(c => !there.Contains((c.Queue, c.UniqueId))).ToList())
        {
            moves.End(gone.Queue, gone.UniqueId);
            Differs("caller is gone", gone.Queue, gone.UniqueId);
        }

        foreach (var caller in snapshot.Waiting.OrderBy(c => c.EnteredAt))
        {
            if (model.Queues.GetValueOrDefault(caller.Queue)?.Waiting.ContainsKey(caller.UniqueId) == true) continue;
            model.PutWaiting(LiveMoves.Waiting(caller));
            Differs("caller is new", caller.Queue, caller.UniqueId);
        }
    }

    /// <summary>A leg that a queue dialled and that is not up yet, of the same call as somebody who waits.</summary>
    private void Offers(QueuesSnapshot snapshot, ChannelsNow channels)
    {
        var found = new Dictionary<string, LiveOffer>(StringComparer.Ordinal);
        foreach (var queue in model.Queues)
        {
            foreach (var caller in queue.Value.Waiting.Keys)
            {
                foreach (var leg in channels.LegsOf(caller).Where(l => !l.IsUp))
                {
                    if (model.Member(queue.Key, ChannelName.DeviceOf(leg.Name)) is { } member)
                        found[leg.UniqueId] = new(queue.Key, caller, member.Agent, member.Device, leg.UniqueId, snapshot.At - leg.Age);
                }
            }
        }

        foreach (var gone in model.Offers.Values.Where(o => !found.ContainsKey(o.RingId)).ToList())
        {
            moves.EndOffer(gone.RingId);
            Differs("ring is over", gone.Queue, $"{gone.UniqueId} at {gone.Agent}");
        }

        foreach (var offer in found.Values.Where(o => !model.Offers.ContainsKey(o.RingId)))
        {
            model.PutOffer(offer);
            Differs("ring is new", offer.Queue, $"{offer.UniqueId} at {offer.Agent}");
        }

        foreach (var caller in moves.Leaving.Where(c => channels.Find(c) is null).ToList()) moves.EndLeaving(caller);
    }

    /// <summary>A caller whose channel runs the queue, in a bridge with the phone of one of the queue's members.</summary>
    private void Connected(QueuesSnapshot snapshot, ChannelsNow channels)
    {
        foreach (var call in model.Connected.Values.ToList())
        {
            if (channels.Find(call.UniqueId) is not { } caller || channels.Find(call.RingId) is not { } leg || !ChannelsNow.Talk(caller, leg))
            {
                model.RemoveConnected(call.RingId);
                Differs("call is over", call.Queue, $"{call.UniqueId} with {call.Agent}");
            }
            else if (call.CallerId.Length == 0 && caller.Number.Length > 0)
            {
                // Nobody saw the caller enter.
                model.Correct(call with { CallerId = caller.Number, CallerName = caller.CallerName, EnteredAt = snapshot.At - caller.Age });
                Differs("caller is known now", call.Queue, $"{call.UniqueId} with {call.Agent}");
            }
        }

        foreach (var caller in channels.QueueCallers)
        {
            var queue = ChannelsNow.QueueOf(caller);
            foreach (var leg in channels.InBridgeWith(caller))
            {
                if (model.Connected.ContainsKey(leg.UniqueId) || model.Member(queue, ChannelName.DeviceOf(leg.Name)) is not { } member) continue;
                model.PutConnected(
                    new(queue, caller.UniqueId, IsOutgoing: false, member.Agent, leg.UniqueId, caller.Number, caller.CallerName,
                        snapshot.At - caller.Age, snapshot.At - leg.Age),
                    null);
                Differs("call is new", queue, $"{caller.UniqueId} with {member.Agent}");
            }
        }
    }

    /// <summary>A channel of a logged-in agent's phone that runs Dial since after the login, while the agent talks on no queue's call.</summary>
    private void Outgoing(QueuesSnapshot snapshot, ChannelsNow channels)
    {
        // A channel that waits in a queue was taken for a dialling one because its entry was missed.
        foreach (var gone in model.Outgoing.Values.Where(c => channels.Find(c.UniqueId) is not { } channel || ChannelsNow.IsInQueue(channel)).ToList())
        {
            model.RemoveOutgoing(gone.UniqueId);
            Differs("outgoing call is over", gone.Queue, $"{gone.UniqueId} of {gone.Agent}");
        }

        foreach (var channel in channels.Dialling)
        {
            var began = snapshot.At - channel.Age;
            var answered = channels.InBridgeWith(channel).Select(leg => (DateTimeOffset?)(snapshot.At - leg.Age)).FirstOrDefault();
            var known = model.Outgoing.GetValueOrDefault(channel.UniqueId);
            var logins = model.AtDevice(ChannelName.DeviceOf(channel.Name)).Where(m => m.LoginAt.ToUnixTimeSeconds() <= (known?.EnteredAt ?? began).ToUnixTimeSeconds());
            var login = LiveMoves.FirstLogin(logins);
            if (known is not null) Correct(known, login, answered);
            else if (login is not null && model.Agents[login.Agent].Talking == 0)
            {
                model.PutOutgoing(new(login.Queue, channel.UniqueId, IsOutgoing: true, login.Agent, "", channel.Dialled, "", began, answered));
                Differs("outgoing call is new", login.Queue, $"{channel.UniqueId} of {login.Agent}");
            }
        }
    }

    /// <summary>The answer, or an older login that the call counts for, was missed.</summary>
    private void Correct(LiveCall known, LiveMember? login, DateTimeOffset? answered)
    {
        var right = known with { Queue = login?.Queue ?? known.Queue, Agent = login?.Agent ?? known.Agent, ConnectedAt = known.ConnectedAt ?? answered };
        if (right == known) return;
        if (right.Queue != known.Queue) model.RemoveOutgoing(known.UniqueId);
        model.PutOutgoing(right);
        Differs("outgoing call is another", right.Queue, $"{right.UniqueId} of {right.Agent}");
    }

    private void Differs(string what, string queue, string subject)
    {
        differences++;
        if (!silent) log.PictureDiffered(what, queue, subject);
    }
}

/// <summary>The channels of a snapshot, by what is asked of them.</summary>
internal sealed class ChannelsNow(QueuesSnapshot snapshot)
{
    private readonly Dictionary<string, LiveChannel> byId = snapshot.Channels.GroupBy(c => c.UniqueId).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    private readonly ILookup<string, LiveChannel> byCall = snapshot.Channels.ToLookup(c => c.LinkedId, StringComparer.Ordinal);
    private readonly ILookup<string, LiveChannel> byBridge = snapshot.Channels.ToLookup(c => c.BridgeId, StringComparer.Ordinal);

    public IEnumerable<LiveChannel> QueueCallers => snapshot.Channels.Where(c => IsInQueue(c) && c.BridgeId.Length > 0);

    public IEnumerable<LiveChannel> Dialling => snapshot.Channels.Where(c => Runs(c, "Dial"));

    public LiveChannel? Find(string uniqueId) => byId.GetValueOrDefault(uniqueId);

    /// <summary>Whether the channel is a queue's caller, waiting or talking.</summary>
    public static bool IsInQueue(LiveChannel channel) => Runs(channel, "Queue");

    /// <summary>The queue whose application a channel runs.</summary>
    public static string QueueOf(LiveChannel caller) => caller.Data.Split(',')[0].Trim();

    public static bool Talk(LiveChannel one, LiveChannel other) => one.BridgeId.Length > 0 && one.BridgeId == other.BridgeId;

    /// <summary>The legs that a queue dialled for that caller.</summary>
    public IEnumerable<LiveChannel> LegsOf(string caller) =>
        Find(caller) is { } channel ? byCall[channel.LinkedId].Where(c => c.UniqueId != caller && Runs(c, "AppQueue")) : [];

    public IEnumerable<LiveChannel> InBridgeWith(LiveChannel channel) =>
        channel.BridgeId.Length == 0 ? [] : byBridge[channel.BridgeId].Where(c => c.UniqueId != channel.UniqueId);

    private static bool Runs(LiveChannel channel, string application) => channel.Application.Equals(application, StringComparison.OrdinalIgnoreCase);
}
