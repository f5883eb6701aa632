using Expand.Phones;

namespace Expand.TestKit;

/// <summary>What an <see cref="AsteriskFixture"/> is to be.</summary>
public sealed record AsteriskSetup
{
    /// <summary>Which Asterisk.</summary>
    public AsteriskGeneration Generation { get; init; } = AsteriskGeneration.Asterisk22;

    /// <summary>More extensions than those of the demonstration (701–715): number and name; the name may be empty.</summary>
    public IReadOnlyList<(string Number, string Name)> MoreExtensions { get; init; } = [];

    /// <summary>More dialplan: the text of extensions_local.conf. <c>[internal](+)</c> adds to what extensions may dial.</summary>
    public string? MoreDialplan { get; init; }

    /// <summary>More queues: the text of queues_local.conf; <c>[q_uno](queue)</c> is one like those of the demonstration.</summary>
    public string? MoreQueues { get; init; }

    /// <summary>host:port of a server's FastAGI; empty: it is not asked.</summary>
    public string Agi { get; init; } = "";

    /// <summary>Verbosity of the log file; 3 shows each step of the dialplan.</summary>
    public int Verbosity { get; init; }

    /// <summary>How long phones ring that answer.</summary>
    public TimeSpan RingsFor { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>What the phones do; null: 711 busy, 712 never answers, 713 rejects, 715 off the hook, all others answer.</summary>
    public PhonePlan? Plan { get; init; }
}
