using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Agents;

/// <summary>Why agents may pause, in memory on every host; every change audited.</summary>
internal sealed partial class PauseReasons(
    NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<PauseReasons> log)
    : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of pause reasons are counted under.</summary>
    public const int Counter = 4;

    private const int NameLength = 64;
    private volatile FrozenDictionary<string, string> names = FrozenDictionary<string, string>.Empty;

    /// <summary>Code and name of each, ordered by code as a number.</summary>
    public IReadOnlyList<(string Code, string Name)> All =>
        [.. names.Select(r => (r.Key, r.Value)).OrderBy(r => r.Key.Length).ThenBy(r => r.Key, StringComparer.Ordinal)];

    /// <summary>The name of a code, or null where there is no such code.</summary>
    public string? Find(string code) => names.GetValueOrDefault(code);

    public Task<Failure?> AddAsync(string code, string name, Actor actor, CancellationToken ct)
    {
        (code, name) = (code.Trim(' '), name.Trim(' '));
        if (!CodeRule().IsMatch(code)) return Task.FromResult<Failure?>(Failure.Invalid("code", "a pause reason's code has 1 to 8 digits"));
        if (Named(name) is { } wrong) return Task.FromResult<Failure?>(wrong);
        return ChangeAsync(actor, "pause-reason.added", code, name, async db =>
        {
            if (await db.Set<PauseReason>().AnyAsync(r => r.Code == code, ct)) return Failure.Conflict($"the pause reason {code} exists already");
            db.Add(new PauseReason { Code = code, Name = name });
            return null;
        }, ct);
    }

    /// <summary>Gives a reason another name from now on; what was written down keeps the old one.</summary>
    public Task<Failure?> RenameAsync(string code, string name, Actor actor, CancellationToken ct)
    {
        name = name.Trim(' ');
        if (Named(name) is { } wrong) return Task.FromResult<Failure?>(wrong);
        return ChangeAsync(actor, "pause-reason.renamed", code, name, async db =>
        {
            var reason = await db.Set<PauseReason>().SingleOrDefaultAsync(r => r.Code == code, ct);
            if (reason is null) return Failure.NotFound($"pause reason {code}");
            reason.Name = name;
            return null;
        }, ct);
    }

    public Task<Failure?> RemoveAsync(string code, Actor actor, CancellationToken ct) =>
        ChangeAsync(actor, "pause-reason.removed", code, null, async db =>
            await db.Set<PauseReason>().Where(r => r.Code == code).ExecuteDeleteAsync(ct) == 1 ? null : Failure.NotFound($"pause reason {code}"), ct);

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var read = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand("select code, name from pause_reasons", connection) { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) read[rows.GetString(0)] = rows.GetString(1);
        names = read.ToFrozenDictionary();
    }

    /// <summary>The name goes to the PBX in a header and from there to queue_log, whose fields end at a <c>|</c>.</summary>
    private static Failure? Named(string name) =>
        name.Length is 0 or > NameLength || name.Any(c => char.IsControl(c) || c == '|')
            ? Failure.Invalid("name", $"a pause reason's name has 1 to {NameLength} characters, none of them a control character or |")
            : null;

    private async Task<Failure?> ChangeAsync(
        Actor actor, string action, string code, string? name, Func<ExpandDb, Task<Failure?>> change, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await RaiseAsync(db, Counter, ct);
        if (await change(db) is { } failure) return failure;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"pause reason {code}", name));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.ReasonChanged(action, code, actor.Name);
        await RefreshAsync(ct);
        return null;
    }

    [GeneratedRegex(@"^[0-9]{1,8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodeRule();
}
