using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Access.Inspector;

/// <summary>Writes what was noted, twice a second, and more seldom in a flood. Of what one caller sent meanwhile the last ones are enough: no others would be kept.</summary>
internal sealed class InspectorWriter(
    InspectorQueue queue, NpgsqlDataSource database, IOptions<InspectorOptions> options, TimeProvider clock, ILogger<InspectorWriter> log) : BackgroundService
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Turns left out after one in which the queue was full: to put requests in words by the hundred, which the next ones push out at once, is taken from answering them.</summary>
    private const int RestAfterFlood = 5;
    private bool failing;
    private int resting;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WriteEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (resting > 0) resting--;
                else await WriteAsync(stoppingToken);
            }
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

    private async Task WriteAsync(CancellationToken ct)
    {
        var taken = queue.Take();
        if (taken.Count == 0) return;
        if (taken.Count == InspectorQueue.Capacity) resting = RestAfterFlood;
        var rows = taken.GroupBy(i => i.Caller).SelectMany(of => of.TakeLast(options.Value.PerCaller)).OrderBy(i => i.At).Select(Read).ToList();
        foreach (var noted in taken)
        {
            noted.Body.Free();
            noted.Answer.Free();
        }

        try
        {
            await SaveAsync(rows, ct);
            failing = false;
        }
#pragma warning disable CA1031 // Whatever it is, what is shown to administrators may stop neither calls nor the host; it is counted.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            queue.Lost(rows.Count);
            if (!failing) log.InspectionsLost(rows.Count, failure.GetBaseException().Message);
            failing = true;
        }
    }

    private InspectedRequest Read(Inspection noted)
    {
        try
        {
            return InspectionReading.Read(noted);
        }
#pragma warning disable CA1031 // A stranger chose what is in it: what cannot be read is told as that, and the others are read.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.InspectionUnread(failure, noted.Path);
            return InspectionReading.Unread(noted);
        }
    }

    private async Task SaveAsync(List<InspectedRequest> rows, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into inspected_requests (at, caller, address, duration_microseconds, operation, status, failed, outcome, request_line, headers,
                body, body_bytes, body_cut, understood, answer, answer_cut)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """);
        Add(command, rows, r => r.At.UtcDateTime);
        Add(command, rows, r => r.Caller);
        Add(command, rows, r => r.Address);
        Add(command, rows, r => r.DurationMicroseconds);
        Add(command, rows, r => r.Operation);
        Add(command, rows, r => r.Status);
        Add(command, rows, r => r.Failed);
        Add(command, rows, r => r.Outcome);
        Add(command, rows, r => r.RequestLine);
        Add(command, rows, r => r.Headers);
        Add(command, rows, r => r.Body);
        Add(command, rows, r => r.BodyBytes);
        Add(command, rows, r => r.BodyCut);
        Add(command, rows, r => r.Understood);
        Add(command, rows, r => r.Answer);
        Add(command, rows, r => r.AnswerCut);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Add<T>(NpgsqlCommand command, List<InspectedRequest> rows, Func<InspectedRequest, T> value) =>
        command.Parameters.Add(new() { Value = rows.Select(value).ToArray() });
}
