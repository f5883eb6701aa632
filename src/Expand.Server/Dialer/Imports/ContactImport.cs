using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.Dialer.Imports;

/// <summary>What an import does with contacts that are there.</summary>
public enum ImportMode
{
    /// <summary>New contacts are added; those whose external id is known stay as they are.</summary>
    AddOnly,

    /// <summary>Those whose external id is known become as the file has them.</summary>
    AlsoChange,
}

/// <summary>How an import stands.</summary>
internal enum ImportState
{
    /// <summary>The file is looked through; nothing is written.</summary>
    Checking,

    /// <summary>It was looked through, and waits for somebody to begin.</summary>
    Checked,

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
    Name,
    Numcall,
    ExternalId,
    TimeZone,
    Enable,

    /// <summary>The additional data are too much, or no text.</summary>
    Info,

    /// <summary>Its external id stands in the file before.</summary>
    Repeated,

    /// <summary>The contact is there, and what was asked cannot be changed any more: it was reached, or given up.</summary>
    Kept,
}

/// <summary>A row that was refused.</summary>
/// <param name="Line">The line of the file.</param>
/// <param name="Rule">Why.</param>
/// <param name="With">The line in which the same external id stands before; null of another rule.</param>
/// <param name="Text">The row, cut where it is long.</param>
internal sealed record RefusedRow(long Line, ImportRule Rule, long? With, string Text);

/// <summary>What is to be imported, how, and by whom.</summary>
internal sealed record ImportPlan(int Campaign, CsvShape Shape, IReadOnlyList<ContactColumn> Columns, ImportMode Mode, Actor Actor);

/// <summary>How many rows there were, and what became of them; of a check, what would become of them.</summary>
internal sealed record ImportCounts
{
    /// <summary>Rows of the file so far, without the heading.</summary>
    public long Read { get; set; }

    public long Added { get; set; }

    /// <summary>Contacts that are other ones now.</summary>
    public long Changed { get; set; }

    /// <summary>Rows that left their contact as it was.</summary>
    public long Same { get; set; }

    public long Refused { get; set; }

    /// <summary>Rows whose number another row before them has. They are imported all the same.</summary>
    public long RepeatedNumbers { get; set; }

    public override string ToString() =>
        $"rows: {Read}; added: {Added}; changed: {Changed}; unchanged: {Same}; refused: {Refused}; repeated numbers: {RepeatedNumbers}";
}

/// <summary>An import as its page sees it: while its file is checked, while it runs, and for a while after.</summary>
internal sealed class ContactImport(ImportPlan plan, UploadedFile file, TimeProvider clock) : IDisposable
{
    /// <summary>Refused rows that are kept, with their texts; the others are only counted.</summary>
    public const int MostRefusals = 20_000;

    private readonly List<RefusedRow> refusals = [];
    private readonly Lock gate = new();
    private readonly long bytes = file.Bytes;
    private CancellationTokenSource cancelled = new();
    private UploadedFile? file = file;
    private long began = clock.GetTimestamp();
    private long ended;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public ImportPlan Plan => plan;

    public string FileName { get; } = file.Name;

    public ImportState State { get; private set; } = ImportState.Checking;

    /// <summary>Whether it only looked through the file until now.</summary>
    public bool WasCheck { get; private set; } = true;

    /// <summary>Why it failed; null where nobody planned for that.</summary>
    public Failure? Failure { get; private set; }

    public ImportCounts Counts { get; private set; } = new();

    /// <summary>The part of the file that was read, 0 to 1.</summary>
    public double Part { get; private set; }

    public TimeSpan Took => clock.GetElapsedTime(began, ended == 0 ? clock.GetTimestamp() : ended);

    public bool IsAtWork => State is ImportState.Checking or ImportState.Running;

    /// <summary>For how long nothing has happened; zero while it is at work.</summary>
    public TimeSpan Idle => ended == 0 ? TimeSpan.Zero : clock.GetElapsedTime(ended);

    public CancellationToken Cancelled => cancelled.Token;

    /// <summary>The refused rows that are kept, in the file's order.</summary>
    public IReadOnlyList<RefusedRow> Refusals
    {
        get
        {
            lock (gate) return [.. refusals];
        }
    }

    public void Cancel() => cancelled.Cancel();

    public void Refuse(RefusedRow row)
    {
        lock (gate)
        {
            if (refusals.Count < MostRefusals) refusals.Add(row);
        }
    }

    /// <summary>What became of the rows so far.</summary>
    public void Told(ImportCounts now, long position) => (Counts, Part) = (now with { }, bytes == 0 ? 1 : Math.Min(1, (double)position / bytes));

    public void End(ImportState state, Failure? failure = null)
    {
        lock (gate) (ended, Failure, State) = (clock.GetTimestamp(), failure, state);
    }

    /// <summary>From the check to the work itself: its file, once; null where it is not at that point.</summary>
    public UploadedFile? BeginWork()
    {
        lock (gate)
        {
            if (State != ImportState.Checked || file is not { } content) return null;
            (State, WasCheck, Counts, Part, began, ended) = (ImportState.Running, false, new ImportCounts(), 0, clock.GetTimestamp(), 0);
            refusals.Clear();
            var old = cancelled;
            cancelled = new CancellationTokenSource();
            old.Dispose();
            file = null;
            return content;
        }
    }

    /// <summary>The file back, to choose anew how it is read; null where it is at work, or gone.</summary>
    public UploadedFile? TakeBack()
    {
        lock (gate)
        {
            if (IsAtWork) return null;
            var content = file;
            file = null;
            return content;
        }
    }

    /// <summary>The file while it is checked.</summary>
    public UploadedFile File => file ?? throw new InvalidOperationException("the file is gone");

    public void Dispose()
    {
        cancelled.Dispose();
        file?.Dispose();
    }
}
