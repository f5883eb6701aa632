using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.Lists.Imports;

/// <summary>What an import does with what the list has.</summary>
public enum ImportMode
{
    /// <summary>New keys are added, known ones get the file's value.</summary>
    Overwrite,

    /// <summary>New keys are added, known ones stay as they are.</summary>
    AddOnly,

    /// <summary>The list has what the file has, and nothing else; all or nothing.</summary>
    Replace,
}

/// <summary>How an import stands.</summary>
internal enum ImportState
{
    Running,
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

    /// <summary>The key is none.</summary>
    Key,

    /// <summary>The value is none.</summary>
    Value,

    /// <summary>Where the range begins is no number.</summary>
    From,

    /// <summary>Where the range ends is no number, has another number of digits, or is less than where it begins.</summary>
    To,

    /// <summary>The range overlaps another one.</summary>
    Overlap,
}

/// <summary>A row that was refused.</summary>
/// <param name="Line">The line of the file.</param>
/// <param name="Rule">Why.</param>
/// <param name="With">The range that is in the way; null of another rule.</param>
/// <param name="Text">The row, cut where it is long.</param>
internal sealed record RefusedRow(long Line, ImportRule Rule, string? With, string Text);

/// <summary>What is to be imported, how, and by whom.</summary>
internal sealed record ImportPlan(ValueList List, CsvShape Shape, ListColumns Columns, ImportMode Mode, Actor Actor);

/// <summary>How many rows there were, and what became of them.</summary>
internal sealed record ImportCounts
{
    /// <summary>Rows of the file so far, without the heading.</summary>
    public long Read { get; set; }

    /// <summary>Elements that are new.</summary>
    public long Added { get; set; }

    /// <summary>Elements that are other ones now.</summary>
    public long Changed { get; set; }

    /// <summary>Rows that left their element as it was.</summary>
    public long Same { get; set; }

    public long Refused { get; set; }

    /// <summary>Elements that a replaced list had.</summary>
    public long Removed { get; set; }

    /// <summary>Has them as they are there, but for the rows that were read meanwhile.</summary>
    public void Take(ImportCounts written) =>
        (Added, Changed, Same, Refused) = (written.Added, written.Changed, written.Same, written.Refused);

    public override string ToString() =>
        $"rows: {Read}; added: {Added}; changed: {Changed}; unchanged: {Same}; refused: {Refused}{(Removed > 0 ? $"; removed before: {Removed}" : "")}";
}

/// <summary>An import as its page sees it: while it runs, and for a while after.</summary>
internal sealed class ListImport(ImportPlan plan, string fileName, long bytes, TimeProvider clock) : IDisposable
{
    /// <summary>Refused rows that are kept, with their texts; the others are only counted.</summary>
    public const int MostRefusals = 20_000;

    private readonly CancellationTokenSource cancelled = new();
    private readonly List<RefusedRow> refusals = [];
    private readonly long began = clock.GetTimestamp();
    private ImportCounts counts = new();
    private long ended;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public ImportPlan Plan => plan;

    public string FileName => fileName;

    public ImportState State { get; private set; }

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

    public void End(ImportState state, Failure? failure = null)
    {
        (ended, Failure) = (clock.GetTimestamp(), failure);
        State = state;
    }

    public void Dispose() => cancelled.Dispose();
}
