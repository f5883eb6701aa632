using System.Collections.Concurrent;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Lists.Imports;

/// <summary>
/// Imports into lists. One goes on when its page is closed, until it ends, is cancelled, or this host stops; the page finds it again. Where rows are
/// added, each batch is written for good, and what was written stays whatever comes after; a replaced list is replaced in one transaction, or not.
/// </summary>
internal sealed class ListImports(
    IDbContextFactory<ExpandDb> databases, TimeProvider clock, IHostApplicationLifetime host, ILogger<ListImports> log)
{
    /// <summary>Rows that are written at once.</summary>
    internal const int BatchRows = 5_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<int, ListImport> byList = new();

    /// <summary>The list's import that runs, or else its last one, for an hour; null where there is none.</summary>
    public ListImport? Of(int listId) => byList.GetValueOrDefault(listId);

    /// <summary>The import of that id; null where it is not known any more.</summary>
    public ListImport? Find(string id) => byList.Values.FirstOrDefault(i => i.Id == id);

    /// <summary>Begins an import and has the file from then on; refused while another one of the list runs.</summary>
    public Result<ListImport> Start(ImportPlan plan, UploadedFile file)
    {
        foreach (var (list, old) in byList)
        {
            if (old.Ended != 0 && clock.GetElapsedTime(old.Ended) > KeptFor) Forget(list, old);
        }

        var import = new ListImport(plan, file.Name, file.Bytes, clock);
        if (byList.TryGetValue(plan.List.Id, out var last) && last.State != ImportState.Running) Forget(plan.List.Id, last);
        if (!byList.TryAdd(plan.List.Id, import))
        {
            import.Dispose();
            return Failure.Conflict($"another import into the list {plan.List.Name} runs");
        }

        _ = Task.Run(() => RunAsync(import, file), CancellationToken.None);
        return import;
    }

    /// <summary>Its page does not show it any more. One that runs stays.</summary>
    public void Forget(ListImport import)
    {
        if (import.State != ImportState.Running) Forget(import.Plan.List.Id, import);
    }

    private void Forget(int list, ListImport import)
    {
        if (byList.TryRemove(KeyValuePair.Create(list, import))) import.Dispose();
    }

    private async Task RunAsync(ListImport import, UploadedFile file)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(import.Cancelled, host.ApplicationStopping);
        var plan = import.Plan;
        try
        {
            await using (file)
            {
                var failure = plan.Mode == ImportMode.Replace ? await ReplaceAsync(import, file, ending.Token) : await AddAsync(import, file, ending.Token);
                import.End(failure is null ? ImportState.Done : ImportState.Failed, failure);
            }
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
            log.ImportFailed(failure, plan.List.Name);
            import.End(ImportState.Failed);
        }

        log.Imported(plan.List.Name, import.State, import.Counts.ToString(), import.Took.TotalSeconds);
        await AfterAsync(import);
    }

    /// <summary>Batch by batch, each for good.</summary>
    private async Task<Failure?> AddAsync(ListImport import, UploadedFile file, CancellationToken ct)
    {
        // The deed is told of before it begins: a host that dies in the middle of it leaves more than nothing in the audit log.
        await using (var db = await databases.CreateDbContextAsync(ct)) await AuditAsync(db, import, "list.import.begun", import.FileName, ct);
        var counts = new ImportCounts();
        foreach (var batch in Batches(import, file, counts))
        {
            ct.ThrowIfCancellationRequested();
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var connection = await db.OpenAsync(ct);
            if (!await HoldAsync(connection, import.Plan, "no key update", ct)) return Missing(import);
            // What is not written for good does not count.
            var after = counts with { };
            await WriteAsync(connection, import, batch, after, ct);
            await transaction.CommitAsync(CancellationToken.None);
            counts.Take(after);
            import.Told(counts, file.Position);
        }

        import.Told(counts, file.Bytes);
        return null;
    }

    /// <summary>One transaction; whoever else would change the list waits for its end, whoever reads it sees what it was.</summary>
    private async Task<Failure?> ReplaceAsync(ListImport import, UploadedFile file, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var connection = await db.OpenAsync(ct);
        if (!await HoldAsync(connection, import.Plan, "update", ct)) return Missing(import);
        var (list, counts) = (import.Plan.List, new ImportCounts());
        if (list.Kind == ListKind.Range) await ImportStage.BeginAsync(connection, ct);
        else counts.Removed = await EmptyAsync(connection, list, ct);
        foreach (var batch in Batches(import, file, counts))
        {
            if (list.Kind == ListKind.Range) await ImportBatch.WriteRangesAsync(connection, list.Id, batch, true, counts, import.Refuse, ct, ImportStage.Table);
            else await ImportBatch.WriteKeysAsync(connection, list.Id, batch, true, counts, ct);
            import.Told(counts, file.Position);
        }

        if (list.Kind == ListKind.Range)
        {
            counts.Removed = await EmptyAsync(connection, list, ct);
            await ImportStage.TakeAsync(connection, ct);
        }

        import.Told(counts, file.Bytes);
        // A file read the wrong way must not empty the list.
        if (counts.Added == 0) return Failure.Invalid("file", "no row of the file is one of the list's");
        await AuditAsync(db, import, "list.imported", Told(import), ct);
        // From here on it is done, whatever is wished: a commit that is cut off may have happened.
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    /// <summary>The file's good rows, some thousand at a time; the others are refused on the way.</summary>
    private static IEnumerable<List<GoodRow>> Batches(ListImport import, UploadedFile file, ImportCounts counts)
    {
        var reader = new ImportReader(import.Plan);
        var batch = new List<GoodRow>(BatchRows);
        foreach (var row in file.Rows(import.Plan.Shape).Skip(import.Plan.Shape.HasHeading ? 1 : 0))
        {
            counts.Read++;
            var (good, refused) = reader.Take(row);
            if (refused is not null)
            {
                counts.Refused++;
                import.Refuse(refused);
                continue;
            }

            batch.Add(good);
            if (batch.Count < BatchRows) continue;
            yield return batch;
            batch.Clear();
        }

        if (batch.Count > 0) yield return batch;
    }

    private static Task WriteAsync(NpgsqlConnection connection, ListImport import, List<GoodRow> batch, ImportCounts counts, CancellationToken ct)
    {
        var (list, overwrite) = (import.Plan.List, import.Plan.Mode != ImportMode.AddOnly);
        return list.Kind == ListKind.Simple
            ? ImportBatch.WriteKeysAsync(connection, list.Id, batch, overwrite, counts, ct)
            : ImportBatch.WriteRangesAsync(connection, list.Id, batch, overwrite, counts, import.Refuse, ct);
    }

    private static string TableOf(ListKind kind) => kind == ListKind.Simple ? "list_elements" : "list_ranges";

    private static async Task<bool> HoldAsync(NpgsqlConnection connection, ImportPlan plan, string strength, CancellationToken ct)
    {
        await using var hold = new NpgsqlCommand($"select id from value_lists where id = $1 for {strength}", connection).With(plan.List.Id);
        return await hold.ExecuteScalarAsync(ct) is not null;
    }

    private static async Task<long> EmptyAsync(NpgsqlConnection connection, ValueList list, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"delete from {TableOf(list.Kind)} where list_id = $1", connection) { CommandTimeout = 600 }.With(list.Id);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes down what an import that adds came to, also where it was cut off (what it wrote stays), and lets the database look at it.</summary>
    private async Task AfterAsync(ListImport import)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            if (import.Plan.Mode != ImportMode.Replace) await AuditAsync(db, import, "list.imported", Told(import), CancellationToken.None);
            if (import.Counts.Read < BatchRows) return;
            // What was planned for a list of ten is no plan for one of a million.
            await using var analyze = new NpgsqlCommand($"analyze {TableOf(import.Plan.List.Kind)}", await db.OpenAsync(CancellationToken.None)) { CommandTimeout = 120 };
            await analyze.ExecuteNonQueryAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.ImportFailed(failure, import.Plan.List.Name);
        }
    }

    private async Task AuditAsync(ExpandDb db, ListImport import, string action, string detail, CancellationToken ct)
    {
        var plan = import.Plan;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), plan.Actor, action, $"{plan.List.Kind.Word()} list {plan.List.Name}", detail));
        await db.SaveChangesAsync(ct);
    }

    private static string Told(ListImport import)
    {
        var state = import.State switch { ImportState.Cancelled => "cancelled; ", ImportState.Failed => "failed; ", _ => "" };
        return $"{import.FileName} ({import.Plan.Mode}); {state}{import.Counts}";
    }

    private static Failure Missing(ListImport import) => ValueLists.Missing(import.Plan.List.Kind, new ListAddress(import.Plan.List.Name));
}
