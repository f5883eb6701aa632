using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Expand.Server.Queues;

namespace Expand.Server.Ui.Desk;

/// <summary>
/// The calls before an agent, as one live picture after another shows them: several at once, and those that are over until the agent closes them or
/// the next call is taken. One with something typed and not saved stays.
/// </summary>
internal sealed class DeskCalls
{
    private readonly List<DeskCall> calls = [];
    private readonly HashSet<string> unsaved = new(StringComparer.Ordinal);

    /// <summary>Calls that were taken already: each comes to the front once, when it is.</summary>
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<DeskCall> All => calls;

    /// <summary>The call that is shown whole; null where there is none.</summary>
    public DeskCall? Selected { get; private set; }

    /// <summary>The call that rings now, where one does.</summary>
    public DeskCall? Ringing => calls.FirstOrDefault(c => c.Phase == DeskPhase.Ringing);

    /// <summary>Whether something typed for the call is not saved.</summary>
    public bool IsUnsaved(string leg) => unsaved.Contains(leg);

    /// <summary>Takes what a picture shows of the agent's calls. One that is out of date shows nothing new.</summary>
    public void See(LiveView view, string agent, IReadOnlyList<LiveMember> memberships, DateTimeOffset now)
    {
        if (view.StaleSince is not null) return;
        var seen = Shown(view, agent, memberships).DistinctBy(c => c.Leg).ToDictionary(c => c.Leg, StringComparer.Ordinal);
        for (var i = calls.Count - 1; i >= 0; i--)
        {
            var known = calls[i];
            if (seen.Remove(known.Leg, out var shown)) calls[i] = Merged(known, shown);
            // One that nobody took is gone; whoever called out sees that nobody answered.
            else if (known.Phase == DeskPhase.Ringing) calls.RemoveAt(i);
            else if (known.Phase != DeskPhase.Ended) calls[i] = known with { EndedAt = now };
        }

        calls.AddRange(seen.Values.OrderBy(c => c.EnteredAt));
        Choose([.. calls.Where(c => c.Phase is DeskPhase.Talking or DeskPhase.Dialling && !taken.Contains(c.Leg))]);
    }

    /// <summary>A call that is over and has something typed and not saved, found again when the page opens.</summary>
    public void Restore(DeskCall call)
    {
        unsaved.Add(call.Leg);
        if (calls.All(c => c.Leg != call.Leg)) calls.Insert(0, call with { EndedAt = call.EndedAt ?? call.ConnectedAt ?? call.EnteredAt });
        Selected ??= calls[0];
    }

    /// <summary>What is known of a call changes.</summary>
    public void Put(DeskCall call)
    {
        var at = calls.FindIndex(c => c.Leg == call.Leg);
        if (at < 0) return;
        calls[at] = call;
        if (Selected?.Leg == call.Leg) Selected = call;
    }

    public void Mark(string leg, bool isUnsaved) => _ = isUnsaved ? unsaved.Add(leg) : unsaved.Remove(leg);

    public void Select(string leg) => Selected = calls.FirstOrDefault(c => c.Leg == leg) ?? Selected;

    /// <summary>The agent is through with a call.</summary>
    public void Close(string leg)
    {
        calls.RemoveAll(c => c.Leg == leg && c.Phase == DeskPhase.Ended);
        unsaved.Remove(leg);
        taken.Remove(leg);
        if (Selected?.Leg == leg) Selected = calls.LastOrDefault();
    }

    /// <summary>The next call takes the place of those that are over; nothing else moves what the agent looks at.</summary>
    private void Choose(IReadOnlyList<DeskCall> next)
    {
        foreach (var call in next) taken.Add(call.Leg);
        if (next.Count > 0)
        {
            calls.RemoveAll(c => c.Phase == DeskPhase.Ended && !unsaved.Contains(c.Leg));
            Selected = next[^1];
        }

        Selected = calls.FirstOrDefault(c => c.Leg == Selected?.Leg) ?? calls.LastOrDefault();
    }

    private static DeskCall Merged(DeskCall known, DeskCall shown) => shown with
    {
        // The queue lets a caller go a moment before the agent is connected: what was known of the caller stays.
        Number = shown.Number.Length > 0 ? shown.Number : known.Number,
        Name = shown.Name.Length > 0 ? shown.Name : known.Name,
        EnteredAt = known.EnteredAt < shown.EnteredAt ? known.EnteredAt : shown.EnteredAt,
        RangAt = known.RangAt ?? shown.RangAt,
        CallNumber = known.CallNumber,
        Device = shown.Device.Length > 0 ? shown.Device : known.Device,
        SessionId = known.SessionId.Length > 0 ? known.SessionId : shown.SessionId,
    };

    private static IEnumerable<DeskCall> Shown(LiveView view, string agent, IReadOnlyList<LiveMember> memberships)
    {
        foreach (var call in view.Queues.SelectMany(q => q.Calls).Where(c => c.Agent == agent))
            yield return Made(call.IsOutgoing ? call.UniqueId : call.RingId, call, call.Queue, call.UniqueId, memberships) with { ConnectedAt = call.ConnectedAt };
        foreach (var offer in view.Offers.Where(o => o.Agent == agent))
        {
            var waits = view.Queues.FirstOrDefault(q => q.Name == offer.Queue)?.Calls.FirstOrDefault(c => c.UniqueId == offer.UniqueId);
            yield return Made(offer.RingId, waits, offer.Queue, offer.UniqueId, memberships) with
            {
                RangAt = offer.At,
                EnteredAt = waits?.EnteredAt ?? offer.At,
                Device = offer.Device,
            };
        }
    }

    private static DeskCall Made(string leg, LiveCall? call, string queue, string uniqueId, IReadOnlyList<LiveMember> memberships)
    {
        var member = memberships.FirstOrDefault(m => m.Queue == queue) ?? (memberships.Count > 0 ? memberships[0] : null);
        return new DeskCall
        {
            Leg = leg,
            UniqueId = uniqueId,
            Queue = queue,
            IsOutgoing = call?.IsOutgoing ?? false,
            Number = call?.CallerId ?? "",
            Name = call?.CallerName ?? "",
            EnteredAt = call?.EnteredAt ?? DateTimeOffset.MaxValue,
            Device = member?.Device ?? "",
            SessionId = member is null ? "" : Session(member),
        };
    }

    /// <summary>
    /// In the manner of the contract's: a UUID and the instant of the login in hundredths. The same for every host and after every reload: it follows from
    /// who logged in where and when.
    /// </summary>
    private static string Session(LiveMember member)
    {
        var seconds = member.LoginAt.ToUnixTimeSeconds();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{member.Agent}|{member.Device}|{member.Queue}|{seconds}"));
        return string.Create(CultureInfo.InvariantCulture, $"{new Guid(hash.AsSpan(0, 16))}-{seconds * 100}");
    }
}
