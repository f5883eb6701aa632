using System.Text;
using Expand.Server.Pbx;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Takes Asterisk's queue_log into activities, sessions, pauses and calls; and, whenever all of it is read, what must be held against it: the
/// PBX's list of members, calls that agents made or took outside of queues, and destinations of transfers that were not seen.
/// </summary>
internal sealed class QueueLogFeed(
    Sightings seen, OutsideCalls outside, TransferDestinations transfers, AgentDays days, IOptions<ActivityOptions> options, ILogger<QueueLogFeed> log) : IFeedConsumer
{
    private static readonly TimeSpan LifeSignRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Told a few times a second: where nothing was told for that long, this host was away, or PostgreSQL was.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(10);
    private MemberList? compared;
    private MemberList? devicesFrom;
    private IReadOnlyCollection<string> ringsTaken = [];
    private DateTimeOffset lookedAt;
    private DateTimeOffset idleAt;
    private DateTimeOffset idleSince;

    public string Feed => "queue_log";

    public async Task<IReadOnlyList<(string Line, string Reason)>> TakeAsync(
        string pbx, ReadOnlyMemory<byte> lines, NpgsqlConnection connection, CancellationToken ct)
    {
        var rejected = new List<(string, string)>();
        var read = new List<QueueLogLine>();
        foreach (var text in Encoding.UTF8.GetString(lines.Span).Split('\n'))
        {
            var trimmed = text.TrimEnd('\r');
            if (trimmed.Length == 0) continue;
            var (line, reason) = QueueLogLine.Read(trimmed);
            if (line is not null) read.Add(line);
            else rejected.Add((trimmed.Replace("\0", "", StringComparison.Ordinal), reason!));
        }

        await using var ledger = await OpenAsync(pbx, connection, ct);
        var cancelled = read.Where(l => l.Event == "RINGCANCELED").ToList();
        if (cancelled.Count > 0) await ledger.RecallMissedAsync([.. cancelled.Select(l => l.CallId)], cancelled.Min(l => l.At), ct);
        foreach (var line in read) ledger.Book.Take(line);
        FillDevices(ledger.Book);
        await ledger.SaveAsync(ct);
        ringsTaken = ledger.Book.RingsTaken;
        return rejected;
    }

    public void Saved() => seen.Take(ringsTaken);

    public async Task IdleAsync(string pbx, DateTimeOffset caughtUpAt, NpgsqlConnection connection, CancellationToken ct)
    {
        if (caughtUpAt - idleAt > Gap) idleSince = caughtUpAt;
        idleAt = caughtUpAt;
        var list = seen.Members;
        var comparing = list is not null && list != compared && MemberComparison.IsDue(list, caughtUpAt);
        var looking = comparing || caughtUpAt - lookedAt > Rest;
        if (looking) await LookAsync(pbx, caughtUpAt, comparing ? list : null, connection, ct);
        var idle = new FeedIdle(caughtUpAt, idleSince, list is not null && (looking || list == devicesFrom));
        // Before the calls outside: to whom a call was handed on tells whether what the agent dialled in that second was the question about it.
        await transfers.LearnAsync(pbx, idle, connection, ct);
        await outside.TakeAsync(pbx, idle, connection, ct);
        // Only now: where the transaction fails, it is done again.
        if (comparing) compared = list;
        if (looking) devicesFrom = list;
    }

    /// <summary>What the lines alone do not tell of who is logged in and who talks: the PBX's list, where there is a new one, devices, lost ends, and that the PBX lives.</summary>
    private async Task LookAsync(string pbx, DateTimeOffset caughtUpAt, MemberList? list, NpgsqlConnection connection, CancellationToken ct)
    {
        lookedAt = caughtUpAt;
        await using var ledger = await OpenAsync(pbx, connection, ct);
        if (list is not null)
        {
            foreach (var difference in await MemberComparison.CompareAsync(ledger.Book, pbx, list, connection, ct)) log.MembersDiffer(pbx, difference);
        }

        FillDevices(ledger.Book);
        await UnloggedEnds.WriteAsync(ledger.Book, pbx, caughtUpAt, connection, ct);
        if (seen.IsUp && caughtUpAt - ledger.Life.AliveAt > LifeSignRest) ledger.Book.AliveAt = Sightings.WholeSecond(caughtUpAt);
        await ledger.SaveAsync(ct);
    }

    private Task<ActivityLedger> OpenAsync(string pbx, NpgsqlConnection connection, CancellationToken ct) =>
        ActivityLedger.OpenAsync(pbx, seen, TimeSpan.FromSeconds(options.Value.RingSeconds), days, connection, ct);

    /// <summary>Sessions of members whose device AMI showed later than the line was read.</summary>
    private void FillDevices(ActivityBook book)
    {
        foreach (var session in book.Sessions.Where(s => s.Device is null)) session.Device = seen.DeviceOf(session.Queue, session.Agent, session.BeganAt);
    }
}
