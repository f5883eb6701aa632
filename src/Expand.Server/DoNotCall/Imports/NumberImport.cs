using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.DoNotCall.Imports;

/// <summary>How an import stands.</summary>
internal enum ImportState
{
    /// <summary>The file is read into a stage that nobody else sees.</summary>
    Reading,

    /// <summary>What is in the stage is taken over.</summary>
    Taking,
    Done,
    Cancelled,
    Failed,
}

/// <summary>Why a row is refused.</summary>
internal enum ImportRule
{
    /// <summary>It has fewer columns than were chosen.</summary>
    Columns,

    /// <summary>Its quotes make no sense.</summary>
    Quotes,

    /// <summary>It holds what is no character in the file's encoding.</summary>
    Encoding,

    /// <summary>The number is none.</summary>
    Number,

    /// <summary>The note is too long, or holds control characters.</summary>
    Note,
}

/// <summary>A row that was refused.</summary>
/// <param name="Line">The line of the file.</param>
/// <param name="Rule">Why.</param>
/// <param name="Text">The row, cut where it is long.</param>
internal sealed record RefusedRow(long Line, ImportRule Rule, string Text);

/// <summary>What is to be imported, how, and by whom. Of a register: its next edition.</summary>
/// <param name="List">The list.</param>
/// <param name="Shape">How the file is to be read.</param>
/// <param name="Columns">Which of its columns is what.</param>
/// <param name="Actor">Who imports it.</param>
/// <param name="IssuedOn">The date of a register's edition; null of another list.</param>
/// <param name="ValidUntil">Until when that may be called by; null: as many days as the settings say.</param>
internal sealed record NumberImportPlan(NumberList List, CsvShape Shape, NumberColumns Columns, Actor Actor, DateOnly? IssuedOn = null, DateOnly? ValidUntil = null)
{
    public bool IsEdition => List.Kind == NumberListKind.Registry;
}

/// <summary>How many rows there were, and what became of them.</summary>
internal sealed record ImportCounts
{
    /// <summary>Rows of the file so far, without the heading.</summary>
    public long Read { get; set; }

    public long Refused { get; set; }

    /// <summary>Numbers that are new in the list, or in the edition.</summary>
    public long Added { get; set; }

    /// <summary>Rows whose number stood in the file before, or in the list.</summary>
    public long Known => Added == 0 ? 0 : Read - Refused - Added;

    /// <summary>How many numbers the edition before had, or the list.</summary>
    public long Before { get; set; }

    public override string ToString() => $"rows: {Read}; added: {Added}; known: {Known}; refused: {Refused}; before: {Before}";
}

/// <summary>An import as its page sees it: while it runs, and for a while after.</summary>
internal sealed class NumberImport(NumberImportPlan plan, string fileName, long bytes, TimeProvider clock) : IDisposable
{
    /// <summary>Refused rows that are kept, with their texts; the others are only counted.</summary>
    public const int MostRefusals = 20_000;

    private readonly CancellationTokenSource cancelled = new();
    private readonly List<RefusedRow> refusals = [];
    private readonly long began = clock.GetTimestamp();
    private volatile ImportCounts counts = new();
    private long ended;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public NumberImportPlan Plan => plan;

    public string FileName => fileName;

    public ImportState State { get; private set; }

    public bool Runs => State is ImportState.Reading or ImportState.Taking;

    /// <summary>Why it failed; null where nobody planned for that.</summary>
    public Failure? Failure { get; private set; }

    public ImportCounts Counts => counts;

    /// <summary>The part of the file that was read, 0 to 1.</summary>
    public double Part { get; private set; }

    public TimeSpan Took => clock.GetElapsedTime(began, ended == 0 ? clock.GetTimestamp() : ended);

    /// <summary>When it ended, by the clock's counter; 0 while it runs.</summary>
    public long Ended => ended;

    public CancellationToken Cancelled => cancelled.Token;

    /// <summary>The refused rows that are kept, in the file's order.</summary>
    public IReadOnlyList<RefusedRow> Refusals
    {
        get
        {
            lock (refusals) return [.. refusals];
        }
    }

    public void Cancel() => cancelled.Cancel();

    public void Refuse(RefusedRow row)
    {
        lock (refusals)
        {
            if (refusals.Count < MostRefusals) refusals.Add(row);
        }
    }

    /// <summary>What became of the rows so far.</summary>
    public void Told(ImportCounts now, long position) => (counts, Part) = (now with { }, bytes == 0 ? 1 : Math.Min(1, (double)position / bytes));

    /// <summary>The file is read.</summary>
    public void Take() => State = ImportState.Taking;

    public void End(ImportState state, Failure? failure = null)
    {
        (ended, Failure) = (clock.GetTimestamp(), failure);
        State = state;
    }

    public void Dispose() => cancelled.Dispose();
}
