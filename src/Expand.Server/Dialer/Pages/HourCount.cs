namespace Expand.Server.Dialer.Pages;

/// <summary>The attempts of an hour.</summary>
/// <param name="Label">The hour in short.</param>
/// <param name="Name">The hour in full.</param>
/// <param name="Answered">Those in which a contact talked to an agent.</param>
/// <param name="Others">All others.</param>
public sealed record HourCount(string Label, string Name, long Answered, long Others)
{
    internal long Sum => Answered + Others;
}

/// <summary>Attempts to show, and which of them the PBX has records of. Public because components are.</summary>
public sealed class AttemptRows
{
    internal AttemptRows(IReadOnlyList<AttemptRow> rows, IReadOnlySet<string> recorded) => (Rows, Recorded) = (rows, recorded);

    internal IReadOnlyList<AttemptRow> Rows { get; }

    /// <summary>Uniqueids that any record has.</summary>
    internal IReadOnlySet<string> Recorded { get; }
}
