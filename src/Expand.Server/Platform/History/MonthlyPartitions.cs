using Npgsql;

namespace Expand.Server.Platform.History;

/// <summary>The months of a <see cref="MonthlyTable"/>, as PostgreSQL has them.</summary>
internal sealed class MonthlyPartitions(NpgsqlDataSource database)
{
    /// <summary>Years that rows may truly be of: what a broken clock wrote stays in the rest.</summary>
    private static readonly (Month First, Month Last) Plausible = (new Month(1990, 1), new Month(2199, 12));

    /// <summary>Months that have a partition, in their order.</summary>
    public async Task<IReadOnlyList<Month>> MonthsAsync(MonthlyTable table, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::regclass order by c.relname");
        command.Parameters.Add(new() { Value = table.Name });
        var months = new List<Month>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            if (Month.Parse(row.GetString(0)[(table.Name.Length + 1)..]) is { } month) months.Add(month);
        }

        return months;
    }

    /// <summary>Months of rows that have none yet, found by leaps over the index on the instant.</summary>
    public async Task<IReadOnlyList<Month>> WaitingAsync(MonthlyTable table, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            with recursive found(month) as (
                select date_trunc('month', min({table.Column}) at time zone 'UTC') from {table.Rest} where {table.Column} >= $1 and {table.Column} < $2
                union all
                select date_trunc('month', (select min({table.Column}) from {table.Rest}
                    where {table.Column} >= (found.month + interval '1 month') at time zone 'UTC' and {table.Column} < $2) at time zone 'UTC')
                from found where found.month is not null)
            select month from found where month is not null
            """);
        command.Parameters.Add(new() { Value = Plausible.First.Start.UtcDateTime });
        command.Parameters.Add(new() { Value = Plausible.Last.Start.UtcDateTime });
        var months = new List<Month>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) months.Add(new Month(row.GetDateTime(0).Year, row.GetDateTime(0).Month));
        return months;
    }

    /// <summary>
    /// Makes the partition of a month and moves what waits for it there. Whoever reads or writes the table waits meanwhile: a moment where nothing has to be
    /// moved, some seconds a million rows. One that reads for long is not waited for.
    /// </summary>
    /// <exception cref="PostgresException"><see cref="PostgresErrorCodes.LockNotAvailable"/>: somebody reads; it is tried again later.</exception>
    public async Task MakeAsync(MonthlyTable table, Month month, CancellationToken ct)
    {
        var (from, to, partition) = (Instant(month), Instant(month.Plus(1)), table.Of(month));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Attached, and not made in place: that locks the table against nobody who only reads the other months.
        await using var command = new NpgsqlCommand(
            $"""
            set local lock_timeout = '500ms';
            lock table {table.Rest} in access exclusive mode;
            create table {partition} (like {table.Name} including defaults including constraints including indexes);
            with moved as (delete from {table.Rest} where {table.Column} >= '{from}' and {table.Column} < '{to}' returning *) insert into {partition} select * from moved;
            alter table {table.Name} attach partition {partition} for values from ('{from}') to ('{to}');
            """, connection)
        { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Drops a month with all its rows.</summary>
    /// <exception cref="PostgresException"><see cref="PostgresErrorCodes.LockNotAvailable"/>: somebody reads; it is tried again later.</exception>
    public async Task DropAsync(MonthlyTable table, Month month, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand($"set local lock_timeout = '500ms'; drop table {table.Of(month)}", connection);
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Has the planner's knowledge of the whole table made anew: autovacuum does it of the partitions only.</summary>
    public async Task AnalyzeAsync(MonthlyTable table, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"analyze {table.Name}");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string Instant(Month month) => month.Start.ToString("yyyy-MM-dd HH:mm:ss'+00'", System.Globalization.CultureInfo.InvariantCulture);
}
