using System.Collections.Concurrent;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer.Imports;

/// <summary>
/// Contacts imported into campaigns from files. A file is looked through first, and imported when somebody says so. Either goes on when its page is
/// closed, until it ends, is cancelled, or this host stops; the page finds it again. Each batch is written for good: what was written stays whatever
/// comes after, and a file with external ids may be imported again from its beginning.
/// </summary>
internal sealed class ContactImports(
    IDbContextFactory<ExpandDb> databases, ContactBatches batches, TimeProvider clock, IHostApplicationLifetime host, ILogger<ContactImports> log)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>Of the time that a batch takes, the part in which the others have the database to themselves after it.</summary>
    private const double Rest = 0.1;

    private readonly ConcurrentDictionary<int, ContactImport> byCampaign = new();

    /// <summary>The campaign's import that is at work, or else its last one, for an hour; null where there is none.</summary>
    public ContactImport? Of(int campaign) => byCampaign.GetValueOrDefault(campaign);

    /// <summary>The import of that id; null where it is not known any more.</summary>
    public ContactImport? Find(string id) => byCampaign.Values.FirstOrDefault(i => i.Id == id);

    /// <summary>Begins to look through a file and has it from then on; refused while another import of the campaign is at work.</summary>
    public Result<ContactImport> Check(ImportPlan plan, UploadedFile file)
    {
        if (ContactColumns.Wrong(plan.Columns) is { } wrong) return Failure.Invalid("columns", $"{wrong.Use} {(wrong.IsMissing ? "is in no column" : "is in two columns")}");
        foreach (var old in byCampaign.Values.Where(i => i.Idle > KeptFor)) Forget(old);
        if (Of(plan.Campaign) is { IsAtWork: false } last) Forget(last);
        var import = new ContactImport(plan, file, clock);
        // The file of an import that does not begin stays whose it is.
        if (!byCampaign.TryAdd(plan.Campaign, import)) return Failure.Conflict($"another import into campaign {plan.Campaign} runs");
        _ = Task.Run(() => RunAsync(import, file, (rows, counts, ct) => CheckAsync(import, rows, counts, ct), ImportState.Checked), CancellationToken.None);
        return import;
    }

    /// <summary>Imports a file that was looked through; refused where that is not so, or somebody began already.</summary>
    public Failure? Begin(ContactImport import)
    {
        if (import.BeginWork() is not { } file) return Failure.Conflict("the import has begun, or its file is gone");
        _ = Task.Run(async () =>
        {
            await using (file)
            {
                await RunAsync(import, file, (rows, counts, ct) => WriteAsync(import, rows, counts, ct), ImportState.Done);
            }

            await AfterAsync(import);
        }, CancellationToken.None);
        return null;
    }

    /// <summary>Its page does not show it any more. One that is at work stays.</summary>
    public void Forget(ContactImport import)
    {
        if (!import.IsAtWork && byCampaign.TryRemove(KeyValuePair.Create(import.Plan.Campaign, import))) import.Dispose();
    }

    /// <summary>The file, to choose anew how it is read; null where it is at work, or its file is gone.</summary>
    public UploadedFile? TakeBack(ContactImport import)
    {
        var file = import.TakeBack();
        if (file is not null) Forget(import);
        return file;
    }

    private async Task RunAsync(
        ContactImport import, UploadedFile file, Func<List<GoodRow>, ImportCounts, CancellationToken, Task<Failure?>> take, ImportState end)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(import.Cancelled, host.ApplicationStopping);
        try
        {
            // The deed is told of before it begins: a host that dies in the middle of it leaves more than nothing in the audit log.
            if (end == ImportState.Done) await AuditAsync(import, "contacts.import.begun", $"{import.FileName} ({import.Plan.Mode})");
            var failure = await RowsAsync(import, file, take, ending.Token);
            import.End(failure is null ? end : ImportState.Failed, failure);
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // What the database says of a statement that is cut off is no news.
            import.End(ImportState.Cancelled);
        }
#pragma warning disable CA1031 // Nobody awaits this task: the page tells of it, and the log.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.ImportFailed(failure, import.Plan.Campaign);
            import.End(ImportState.Failed);
        }
    }

    private static async Task<Failure?> RowsAsync(
        ContactImport import, UploadedFile file, Func<List<GoodRow>, ImportCounts, CancellationToken, Task<Failure?>> take, CancellationToken ct)
    {
        var (reader, counts, batch) = (new ContactReader(import.Plan), new ImportCounts(), new List<GoodRow>(ContactBatches.Rows));
        var unsure = 0L;
        async Task<Failure?> FlushAsync()
        {
            ct.ThrowIfCancellationRequested();
            var failure = batch.Count == 0 ? null : await take(batch, counts, ct);
            batch.Clear();
            unsure = 0;
            if (failure is null) import.Told(counts, file.Position);
            return failure;
        }

        foreach (var row in file.Rows(import.Plan.Shape).Skip(import.Plan.Shape.HasHeading ? 1 : 0))
        {
            counts.Read++;
            var (good, refused, isRepeated) = reader.Take(row);
            if (refused is not null)
            {
                counts.Refused++;
                import.Refuse(refused);
            }
            else
            {
                if (isRepeated) counts.RepeatedNumbers++;
                batch.Add(good);
            }

            // Refused rows by themselves are progress too.
            if ((batch.Count >= ContactBatches.Rows || ++unsure >= 10 * ContactBatches.Rows) && await FlushAsync() is { } failure) return failure;
        }

        var last = await FlushAsync();
        if (last is null) import.Told(counts, file.Bytes);
        return last;
    }

    private async Task<Failure?> CheckAsync(ContactImport import, List<GoodRow> rows, ImportCounts counts, CancellationToken ct)
    {
        await batches.CheckAsync(import, rows, counts, ct);
        return null;
    }

    private async Task<Failure?> WriteAsync(ContactImport import, List<GoodRow> rows, ImportCounts counts, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        if (await batches.WriteAsync(import, rows, counts, ct) is { } failure) return failure;
        // Not to be cancelled: what was written is to be counted.
        await Task.Delay(clock.GetElapsedTime(began) * Rest, clock, CancellationToken.None);
        return null;
    }

    /// <summary>Writes down what came of it, also where it was cut off (what it wrote stays), and lets the database look at it.</summary>
    private async Task AfterAsync(ContactImport import)
    {
        log.Imported(import.FileName, import.Plan.Campaign, import.State, import.Counts.ToString(), import.Took.TotalSeconds);
        try
        {
            var state = import.State switch { ImportState.Cancelled => "cancelled; ", ImportState.Failed => "failed; ", _ => "" };
            await AuditAsync(import, "contacts.imported", $"{import.FileName} ({import.Plan.Mode}); {state}{import.Counts}");
            if (import.Counts.Read < ContactBatches.Rows) return;
            // What was planned for ten contacts is no plan for a million.
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            await using var analyze = await db.CommandAsync("analyze contacts", CancellationToken.None);
            analyze.CommandTimeout = 120;
            await analyze.ExecuteNonQueryAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.ImportFailed(failure, import.Plan.Campaign);
        }
    }

    private async Task AuditAsync(ContactImport import, string action, string detail)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), import.Plan.Actor, action, $"campaign {import.Plan.Campaign}", detail));
        await db.SaveChangesAsync(CancellationToken.None);
    }
}
