using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.Webhooks;

/// <summary>How webhooks are told, section <c>Webhooks</c>.</summary>
internal sealed record WebhookSettings : ISettingsSection
{
    public static string Section => "Webhooks";

    /// <summary>Seconds that a receiver has to answer.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>Attempts until a delivery is given up.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>Messages to one webhook at the same time. With 1 it hears what happens in its order; with more it hears it sooner.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Days that delivered messages are kept, for the list and for a replay.</summary>
    public int KeepDays { get; init; } = 30;

    /// <summary>Days that messages are kept which did not arrive.</summary>
    public int KeepFailedDays { get; init; } = 90;

    public Failure? Validate() =>
        Rule(TimeoutSeconds, 1, 60, nameof(TimeoutSeconds)) ?? Rule(Attempts, 1, 20, nameof(Attempts)) ?? Rule(Parallel, 1, 16, nameof(Parallel))
        ?? Rule(KeepDays, 1, 3650, nameof(KeepDays)) ?? Rule(KeepFailedDays, 1, 3650, nameof(KeepFailedDays));

    private static Failure? Rule(int value, int least, int most, string field) =>
        value >= least && value <= most ? null : Failure.Invalid(field, FormattableString.Invariant($"takes a number from {least} to {most}"));
}
