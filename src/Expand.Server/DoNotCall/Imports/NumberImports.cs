using System.Collections.Concurrent;
using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.DoNotCall.Imports;

/// <summary>
/// Imports of numbers, each one transaction: all of it counts from one moment on, or nothing does. A register's edition takes the place of the one before;
/// to another list numbers are added. One goes on when its page is closed, until it ends, is cancelled, or this host stops.
/// </summary>
internal sealed class NumberImports(
    IDbContextFactory<ExpandDb> databases, Settings<DoNotCallSettings> settings, RegisterValidity registers, LocalTime time, TimeProvider clock,
    IHostApplicationLifetime host, ILogger<NumberImports> log)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<int, NumberImport> byList = new();

    /// <summary>The list's import that runs here, or else its last one, for an hour; null where there is none.</summary>
    public NumberImport? Of(int listId) => byList.GetValueOrDefault(listId);

    /// <summary>The import of that id; null where it is not known any more.</summary>
    public NumberImport? Find(string id) => byList.Values.FirstOrDefault(i => i.Id == id);

    /// <summary>Begins an import and has the file from then on; refused while another one of the list runs here.</summary>
    public Result<NumberImport> Start(NumberImportPlan plan, UploadedFile file)
    {
        var (import, failure) = Begin(plan, file);
        if (import is null) return failure!;
        _ = Task.Run(() => RunAsync(import, file), CancellationToken.None);
        return import;
    }

    /// <summary>Imports a file to its end, for whoever waits for that.</summary>
    public async Task<Result<NumberImport>> RunAsync(NumberImportPlan plan, UploadedFile file, CancellationToken ct)
    {
        var (import, failure) = Begin(plan, file);
        if (import is null) return failure!;
        await using var ending = ct.Register(import.Cancel);
        await RunAsync(import, file);
        return import;
    }

    private Result<NumberImport> Begin(NumberImportPlan plan, UploadedFile file)
    {
        if (Wrong(plan) is { } wrong) return wrong;
        foreach (var old in byList.Values)
        {
            if (old.Ended != 0 && clock.GetElapsedTime(old.Ended) > KeptFor) Forget(old);
        }

        var import = new NumberImport(plan, file.Name, file.Bytes, clock);
        if (byList.TryGetValue(plan.List.Id, out var last)) Forget(last);
        if (!byList.TryAdd(plan.List.Id, import))
        {
            import.Dispose();
            return Busy(plan.List);
        }

        return import;
    }

    /// <summary>Its page does not show it any more. One that runs stays.</summary>
    public void Forget(NumberImport import)
    {
        if (!import.Runs && byList.TryRemove(KeyValuePair.Create(import.Plan.List.Id, import))) import.Dispose();
    }

    /// <summary>When an edition of that date ends, where nothing else is said.</summary>
    public DateOnly ValidUntil(DateOnly issuedOn) => issuedOn.AddDays(settings.Value.RegistryValidDays);

    private async Task RunAsync(NumberImport import, UploadedFile file)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(import.Cancelled, host.ApplicationStopping);
        try
        {
            await using (file)
            {
                var failure = await ImportAsync(import, file, ending.Token);
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
            log.ImportFailed(failure, import.Plan.List.Name);
            import.End(ImportState.Failed);
        }

        log.Imported(import.Plan.List.Name, import.State, import.Counts.ToString(), import.Took.TotalSeconds);
        if (import.State == ImportState.Done) await AfterAsync(import);
    }

    private async Task<Failure?> ImportAsync(NumberImport import, UploadedFile file, CancellationToken ct)
    {
        var (plan, counts) = (import.Plan, new ImportCounts());
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var stage = new NumberStage((NpgsqlConnection)db.Database.GetDbConnection());
        if (!await stage.TakeTurnAsync(plan.List.Id, ct)) return Busy(plan.List);
        await stage.FillAsync(import, file, settings.Value, counts, ct);
        import.Told(counts, file.Bytes);
        // A file read the wrong way must not empty a register.
        if (counts.Read == counts.Refused) return Failure.Invalid("file", "no row of the file has a number");
        import.Take();
        if (await (plan.IsEdition ? ReplaceAsync(db, stage, import, counts, ct) : AddAsync(db, stage, import, counts, ct)) is { } failure) return failure;
        await db.SaveChangesAsync(ct);
        ct.ThrowIfCancellationRequested();
        // From here on it is done, whatever is wished: a commit that is cut off may have happened.
        await transaction.CommitAsync(CancellationToken.None);
        import.Told(counts, file.Bytes);
        return null;
    }

    /// <summary>The rows come first, seen by nobody; the list is held only for the moment in which it gets its new edition.</summary>
    private async Task<Failure?> ReplaceAsync(ExpandDb db, NumberStage stage, NumberImport import, ImportCounts counts, CancellationToken ct)
    {
        var (plan, id) = (import.Plan, import.Plan.List.Id);
        if (await db.Set<NumberList>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct) is not { } seen) return NumberLists.Missing(id);
        if (seen.IssuedOn > plan.IssuedOn) return new Failure(FailureKind.Conflict, FormattableString.Invariant($"{seen.Name} has an edition of {seen.IssuedOn:yyyy-MM-dd} already"), "issued");
        // Only imports give editions, and this one has its turn.
        var edition = seen.Edition + 1;
        counts.Added = await stage.TakeAsync(id, edition, clock.GetUtcNow(), null, ct);
        await SharedCopy.RaiseAsync(db, RegisterValidity.Counter, ct);
        if (await NumberLists.HeldAsync(db, id, ct) is not { } list) return NumberLists.Missing(id);
        counts.Before = list.Numbers;
        db.Add(new OldEdition { ListId = id, Edition = list.Edition });
        (list.Edition, list.Numbers, list.ChangedAt) = (edition, counts.Added, clock.GetUtcNow());
        (list.IssuedOn, list.ValidUntil) = (plan.IssuedOn, plan.ValidUntil ?? ValidUntil(plan.IssuedOn!.Value));
        Audit(db, import, counts, FormattableString.Invariant($"; edition of {list.IssuedOn:yyyy-MM-dd}, valid until {list.ValidUntil:yyyy-MM-dd}"));
        return null;
    }

    private async Task<Failure?> AddAsync(ExpandDb db, NumberStage stage, NumberImport import, ImportCounts counts, CancellationToken ct)
    {
        var id = import.Plan.List.Id;
        if (await NumberLists.HeldAsync(db, id, ct) is not { } list) return NumberLists.Missing(id);
        counts.Before = list.Numbers;
        counts.Added = await stage.TakeAsync(id, list.Edition, clock.GetUtcNow(), import.Plan.Actor.Name, ct);
        list.Numbers += counts.Added;
        list.ChangedAt = clock.GetUtcNow();
        Audit(db, import, counts, "");
        return null;
    }

    private void Audit(ExpandDb db, NumberImport import, ImportCounts counts, string more) => db.Add(AuditEntry.Of(
        clock.GetUtcNow(), import.Plan.Actor, "dnc.imported", $"do-not-call list {import.Plan.List.Name}", $"{import.FileName}; {counts}{more}"));

    private async Task AfterAsync(NumberImport import)
    {
        try
        {
            await registers.RefreshAsync(CancellationToken.None);
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            await db.Database.OpenConnectionAsync();
            await new NumberStage((NpgsqlConnection)db.Database.GetDbConnection()).AnalyzeAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.ImportFailed(failure, import.Plan.List.Name);
        }
    }

    private Failure? Wrong(NumberImportPlan plan) =>
        !plan.IsEdition ? null
        : plan.IssuedOn is not { } issued ? Failure.Invalid("issued", "is required: the date of the register's edition")
        : issued > time.Today() ? Failure.Invalid("issued", "takes a day that is not to come")
        : plan.ValidUntil < issued ? Failure.Invalid("until", "takes a day that is not before the edition's") : null;

    private static Failure Busy(NumberList list) => Failure.Conflict($"another import into the list {list.Name} runs");
}
