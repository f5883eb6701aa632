using Expand.Dialing.Redial;
using Expand.Server.Dialer;

namespace Expand.RealTime.Dialing;

/// <summary>What stands in the database, against what the phones lived.</summary>
internal static class Differences
{
    /// <summary>Whatever differs between the database and the phones.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Contact> contacts, IReadOnlyList<DialAttempt> attempts, IReadOnlyList<LivedCall> lived, Cast cast)
    {
        var wrong = new List<string>();
        void Same(string what, string expected, string found)
        {
            if (expected != found) wrong.Add($"{what}: the phones say [{expected}], the database [{found}]");
        }

        var made = attempts.Where(a => a.Outcome is not null).ToList();
        foreach (var number in contacts.Select(c => c.Numcall).Distinct())
        {
            var here = lived.Where(l => l.Number == number).ToList();
            Same(number, string.Join(' ', here.Select(l => l.Outcome)), string.Join(' ', made.Where(a => a.Numcall == number).Select(a => a.Outcome)));
        }

        foreach (var contact in contacts)
        {
            var own = made.Where(a => a.Contact == contact.Id).Select(a => a.Outcome!.Value).ToList();
            Same($"{contact.Numcall} statelog", string.Join(' ', own), string.Join(' ', contact.Life.Attempts));
            Same($"{contact.Numcall} lastattempt", $"{own.Cast<AttemptOutcome?>().LastOrDefault()}", $"{contact.LastAttempt}");
            Same($"{contact.Numcall} state", $"{cast.Expected(contact, own)}", $"{contact.State}");
        }

        return [.. wrong, .. Forbidden(lived, cast)];
    }

    /// <summary>Calls that are not to be, whatever became of them.</summary>
    public static IReadOnlyList<string> Forbidden(IReadOnlyList<LivedCall> lived, Cast cast)
    {
        var wrong = new List<string>();
        foreach (var here in lived.GroupBy(l => l.Number))
        {
            if (here.Zip(here.Skip(1)).Any(pair => pair.Second.From < pair.First.To)) wrong.Add($"{here.Key} was called twice at once");
            if (cast.MayNotBeCalled.Contains(here.Key)) wrong.Add($"{here.Key} was called, and may not be");
            wrong.AddRange(here.Where(l => l.Shown != DialledWorld.CallerId || l.ShownChanged).Select(l => $"{here.Key} was shown {l.Shown}{(l.ShownChanged ? ", and then another" : "")}"));
        }

        return wrong;
    }
}
