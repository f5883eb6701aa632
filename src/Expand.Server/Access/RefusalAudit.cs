using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>
/// Refused credentials on their way to the audit log. Equal ones are one line an hour, whose number grows every few seconds. What was
/// refused is chosen by whoever knocks: an address has fifty lines of its own each hour (a whole call centre may sign in from one), and what is beyond them counts in one
/// line for <see cref="Various"/>; so do all addresses beyond the first hundred. Everything is counted, and nobody fills the disk.
/// </summary>
internal sealed class RefusalAudit(IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<RefusalAudit> log) : BackgroundService
{
    /// <summary>The subject of what has no line of its own, and the address of those who have none.</summary>
    public const string Various = "various";

    /// <summary>Subjects that an address has lines for in an hour.</summary>
    public const int SubjectsOfAddress = 50;

    /// <summary>Addresses that have lines in an hour.</summary>
    public const int Addresses = 100;

    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();

    /// <summary>Those of this hour, and those of earlier ones that the database did not take yet.</summary>
    private readonly Dictionary<(long Hour, string Action, string Subject, string Address), Line> lines = [];

    /// <summary>How many subjects each address has lines for in this hour.</summary>
    private readonly Dictionary<string, int> subjects = [];
    private long hour;

    public void Refused(string action, string subject, string? address)
    {
        lock (gate) LineOf(action, subject, address ?? "-").Waiting++;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(WriteEvery, clock);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is left is written by StopAsync.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    private Line LineOf(string action, string subject, string address)
    {
        var now = clock.GetUtcNow();
        if (now.UtcTicks / TimeSpan.TicksPerHour is var current && current != hour)
        {
            hour = current;
            subjects.Clear();
        }

        if (lines.TryGetValue((hour, action, subject, address), out var known)) return known;
        var seen = subjects.GetValueOrDefault(address);
        if (seen == 0 && subjects.Count >= Addresses) (subject, address) = (Various, Various);
        else if (seen >= SubjectsOfAddress) subject = Various;
        else subjects[address] = seen + 1;
        if (!lines.TryGetValue((hour, action, subject, address), out var line))
            lines[(hour, action, subject, address)] = line = new Line(now, action, subject, address);
        return line;
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        List<(Line Line, int Times)> taken;
        lock (gate) taken = [.. lines.Values.Where(l => l.Waiting > 0).Select(l => (l, l.Waiting))];
        if (taken.Count == 0) return;
        try
        {
            Written(taken, await SaveAsync(taken, ct));
        }
#pragma warning disable CA1031 // Whatever it is (a database that is away shows itself as many an exception), the server lives on; the next attempt counts these.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.AuditDelayed(taken.Count, failure.GetBaseException().Message);
        }
    }

    private void Written(List<(Line Line, int Times)> taken, List<(Line Line, AuditEntry Entry)> entries)
    {
        lock (gate)
        {
            foreach (var (line, times) in taken) line.Waiting -= times;
            foreach (var (line, entry) in entries) line.Id = entry.Id;
            foreach (var past in lines.Where(l => l.Key.Hour != hour && l.Value.Waiting == 0).ToList()) lines.Remove(past.Key);
        }
    }

    private async Task<List<(Line Line, AuditEntry Entry)>> SaveAsync(List<(Line Line, int Times)> taken, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (ids, times) = (taken.Where(t => t.Line.Id > 0).Select(t => t.Line.Id).ToArray(), taken.Where(t => t.Line.Id > 0).Select(t => t.Times).ToArray());
        await db.Database.ExecuteSqlAsync($"update audit a set times = a.times + t.times from unnest({ids}, {times}) t(id, times) where a.id = t.id", ct);
        var entries = taken.Where(t => t.Line.Id == 0).Select(t => (t.Line, Entry: t.Line.Entry(t.Times))).ToList();
        db.AddRange(entries.Select(e => e.Entry));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return entries;
    }

    /// <summary>A line of this hour: its row once it has one, and what is still to be added to it.</summary>
    private sealed class Line(DateTimeOffset at, string action, string subject, string address)
    {
        public long Id { get; set; }

        public int Waiting { get; set; }

        public AuditEntry Entry(int times) => AuditEntry.Of(at, new Actor("-", address), action, subject, null, times);
    }
}
