using Expand.Dialing.Redial;
using Expand.Phones;

namespace Expand.RealTime.Dialing;

/// <summary>A call as the phone of a contact lived it.</summary>
internal sealed record LivedCall(string Number, DateTimeOffset From, DateTimeOffset To, AttemptOutcome Outcome, string Shown, bool ShownChanged);

/// <summary>What the phones say happened: their own record of every INVITE and of what they did with it. Nothing of the server's is looked at.</summary>
internal static class CalledSide
{
    /// <summary>Every call at phones of contacts, in the order in which they came.</summary>
    /// <param name="ledger">All events at the phones.</param>
    /// <param name="isAgent">Whether a number is an agent's phone.</param>
    /// <param name="machines">Numbers where a machine answers, that talks at length.</param>
    public static IReadOnlyList<LivedCall> Calls(IReadOnlyList<PhoneEvent> ledger, Func<string, bool> isAgent, IReadOnlySet<string> machines)
    {
        var legs = ledger.Where(e => e.CallId.Length > 0).GroupBy(e => e.CallId).Where(g => g.First().Kind == PhoneEventKind.Incoming).Select(g => g.ToList()).ToList();
        // An agent's phone shows whom it talks with.
        var talks = legs.Where(l => isAgent(l[0].Number) && l.Any(e => e.Kind == PhoneEventKind.Answered))
            .Select(l => (Contact: l[0].Shown!.Number, At: l.First(e => e.Kind == PhoneEventKind.Answered).At)).ToList();
        return
        [
            .. legs.Where(l => l[0].Number.Length > 5).OrderBy(l => l[0].At).Select(leg =>
            {
                var (number, from, to) = (leg[0].Number, leg[0].At, leg[^1].At);
                var talked = talks.Any(t => t.Contact == number && t.At >= from && t.At <= to);
                return new LivedCall(number, from, to, Outcome(leg, talked, machines.Contains(number)), leg[0].Shown!.Number, leg.Any(e => e.Kind == PhoneEventKind.ShownChanged));
            }),
        ];
    }

    private static AttemptOutcome Outcome(List<PhoneEvent> leg, bool talked, bool isMachine) => leg switch
    {
        _ when leg.Any(e => e.Kind == PhoneEventKind.Answered) =>
            talked ? AttemptOutcome.Answer : isMachine ? AttemptOutcome.AnsweringMachine : AttemptOutcome.Abandoned,
        _ when leg.FirstOrDefault(e => e.Kind == PhoneEventKind.Refused) is { } refused => refused.Status is 486 ? AttemptOutcome.Busy : AttemptOutcome.Congestion,
        _ => AttemptOutcome.NoAnswer,
    };
}
