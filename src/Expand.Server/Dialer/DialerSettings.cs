using System.Text.RegularExpressions;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>A way out for a campaign's calls.</summary>
internal sealed record DialerTrunk
{
    /// <summary>What campaigns call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The channel that Asterisk is asked for; <c>{number}</c> is what is dialled.</summary>
    public string Dial { get; init; } = "";

    /// <summary>Calls of campaigns that it carries at once at most; null: any number.</summary>
    public int? MaxCalls { get; init; }
}

/// <summary>What is set for all campaigns, section <c>Dialer</c>.</summary>
internal sealed partial record DialerSettings : ISettingsSection
{
    public const string Number = "{number}";

    public static string Section => "Dialer";

    /// <summary>Whether campaigns call at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The ways out; a campaign that names none takes the first. None set: one as the example configuration of Asterisk has it.</summary>
    public IReadOnlyList<DialerTrunk> Trunks { get; init; } = [];

    /// <summary>Public holidays, in the campaigns' own zones.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    /// <summary>What contacts see as the caller where a campaign does not say it; empty: what the trunk says.</summary>
    public string CallerId { get; init; } = "";

    /// <summary>The rolling window over which the abandonment rate is held.</summary>
    public int WindowMinutes { get; init; } = 60;

    /// <summary>How long a contact who answered waits for an agent at most before the call ends.</summary>
    public int WaitSeconds { get; init; } = 20;

    /// <summary>
    /// How long agents rest after a call: <c>wrapuptime</c> of the queues, which AMI does not tell. For so long after a call nobody is called for an agent.
    /// </summary>
    public int WrapUpSeconds { get; init; }

    /// <summary>Megabytes of a file of contacts at most.</summary>
    public int ImportMegabytes { get; init; } = 500;

    /// <summary>The ways out that there are.</summary>
    public IReadOnlyList<DialerTrunk> Ways => Trunks.Count > 0 ? Trunks : [new DialerTrunk { Name = "trunk", Dial = "PJSIP/{number}@trunk" }];

    /// <summary>A campaign's way out; null where there is none of that name.</summary>
    public DialerTrunk? WayOf(string name) => name.Length == 0 ? Ways[0] : Ways.FirstOrDefault(t => t.Name == name);

    public Failure? Validate()
    {
        if (Trunks.Count > 50) return Failure.Invalid(nameof(Trunks), "takes 50 at most");
        for (var n = 0; n < Trunks.Count; n++)
        {
            if (!Name().IsMatch(Trunks[n].Name)) return Wrong(n, nameof(DialerTrunk.Name), "takes 1 to 40 letters, digits, _ and -");
            if (!Dial().IsMatch(Trunks[n].Dial))
                return Wrong(n, nameof(DialerTrunk.Dial), "takes a technology, a slash and {number} with what belongs around it, such as PJSIP/{number}@trunk");
            if (Trunks[n].MaxCalls is < 1 or > 10_000) return Wrong(n, nameof(DialerTrunk.MaxCalls), "is from 1 to 10000");
        }

        if (Trunks.DistinctBy(t => t.Name).Count() < Trunks.Count) return Failure.Invalid(nameof(Trunks), "takes each name once");
        if (Holidays.Count > 1000) return Failure.Invalid(nameof(Holidays), "takes 1000 at most");
        if (!CallerNumber().IsMatch(CallerId)) return Failure.Invalid(nameof(CallerId), CallerRule);
        if (WindowMinutes is < 5 or > 1440) return Failure.Invalid(nameof(WindowMinutes), "is from 5 to 1440 minutes");
        if (ImportMegabytes is < 1 or > 10_000) return Failure.Invalid(nameof(ImportMegabytes), "is from 1 to 10000 megabytes");
        if (WrapUpSeconds is < 0 or > 3600) return Failure.Invalid(nameof(WrapUpSeconds), "is from 0 to 3600 seconds");
        return WaitSeconds is < 2 or > 600 ? Failure.Invalid(nameof(WaitSeconds), "is from 2 to 600 seconds") : null;
    }

    internal const string CallerRule = "takes up to 20 digits, after a + or not";

    private static Failure Wrong(int index, string field, string rule) => Failure.Invalid($"{nameof(Trunks)}:{index}:{field}", rule);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    // It becomes AMI's header "Channel": no line break, no comma, nothing that begins another dial.
    [GeneratedRegex(@"\A[A-Za-z0-9]{1,20}/[A-Za-z0-9_.@:/+-]{0,100}\{number\}[A-Za-z0-9_.@:/+-]{0,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Dial();

    [GeneratedRegex(@"\A(?:\+?[0-9]{1,20})?\z", RegexOptions.CultureInvariant)]
    internal static partial Regex CallerNumber();
}
