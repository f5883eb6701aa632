using Expand.Server.Tests.Host;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Platform.History;

/// <summary>Months are there before they come, whatever came without one is moved into its own, and what is old goes as a whole.</summary>
public sealed class HistoryUpkeepTests(Databases databases) : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    private string connection = "";
    private NpgsqlDataSource source = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        connection = await databases.NewAsync();
        source = NpgsqlDataSource.Create(connection);
        await Upkeep.ForgetMonthsAsync(source, Ct);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [Fact]
    public async Task Months_to_come_are_made_and_rows_lie_in_their_month()
    {
        Assert.True(await Upkeep.Of(source, clock).KeepOnceAsync(Ct));
        Assert.Equal(["cdr_2026_11", "cdr_2026_12", "cdr_2027_01", "cdr_rest"], await PartitionsAsync("cdr"));
        await AddAsync("2026-11-30 23:59:59.999999+00", "2026-12-01 00:00:00+00", "2027-01-31 23:59:59+00");
        Assert.Equal(["cdr_2026_11 1", "cdr_2026_12 1", "cdr_2027_01 1"], await PlacesAsync("cdr"));
    }

    [Fact]
    public async Task Rows_without_a_month_are_taken_and_moved_with_their_ids()
    {
        await AddAsync("2025-03-31 23:00:00+00", "2025-04-01 00:00:00+00", "2026-11-10 00:00:00+00", "1970-01-01 00:00:00+00");
        Assert.Equal(["cdr_rest 4"], await PlacesAsync("cdr"));
        var before = await ListAsync("select id || ' ' || call_date from cdr order by id");
        Assert.True(await Upkeep.Of(source, clock).KeepOnceAsync(Ct));
        // What a broken clock wrote has no month of its own.
        Assert.Equal(["cdr_2025_03 1", "cdr_2025_04 1", "cdr_2026_11 1", "cdr_rest 1"], await PlacesAsync("cdr"));
        Assert.Equal(before, await ListAsync("select id || ' ' || call_date from cdr order by id"));
        await AddAsync("2025-04-02 00:00:00+00");
        Assert.Equal("5", (await ListAsync("select max(id)::text from cdr_2025_04")).Single());
        // Again: nothing is left to do.
        Assert.True(await Upkeep.Of(source, clock).KeepOnceAsync(Ct));
        Assert.Equal(["cdr_2025_03 1", "cdr_2025_04 2", "cdr_2026_11 1", "cdr_rest 1"], await PlacesAsync("cdr"));
    }

    [Fact]
    public async Task A_month_that_is_older_than_what_is_kept_is_dropped_and_late_rows_of_it_go_too()
    {
        await AddAsync("2026-07-31 00:00:00+00", "2026-08-01 00:00:00+00", "2026-11-01 00:00:00+00");
        await Upkeep.Of(source, clock).KeepOnceAsync(Ct);
        await Upkeep.Of(source, clock, keepMonths: 3).KeepOnceAsync(Ct);
        Assert.Equal(["cdr_2026_08 1", "cdr_2026_11 1"], await PlacesAsync("cdr"));
        Assert.DoesNotContain("cdr_2026_07", await PartitionsAsync("cdr"));
        await AddAsync("2026-07-31 00:00:00+00");
        await Upkeep.Of(source, clock, keepMonths: 3).KeepOnceAsync(Ct);
        Assert.Equal(["cdr_2026_08 1", "cdr_2026_11 1"], await PlacesAsync("cdr"));
        clock.Advance(TimeSpan.FromDays(3));
        await Upkeep.Of(source, clock, keepMonths: 3).KeepOnceAsync(Ct);
        Assert.Equal(["cdr_2026_11 1"], await PlacesAsync("cdr"));
    }

    [Fact]
    public async Task Whoever_reads_for_long_is_not_disturbed_and_holds_up_nobody()
    {
        await AddAsync("2026-07-31 00:00:00+00");
        await using var reading = await source.OpenConnectionAsync(Ct);
        await using (var transaction = await reading.BeginTransactionAsync(Ct))
        {
            await using var read = new NpgsqlCommand("select count(*) from cdr", reading);
            Assert.Equal(1L, await read.ExecuteScalarAsync(Ct));
            Assert.False(await Upkeep.Of(source, clock).KeepOnceAsync(Ct));
            // The other tables are not held up by it, nor is who writes.
            Assert.Contains("agent_calls_2026_11", await PartitionsAsync("agent_calls"));
            await AddAsync("2026-11-27 00:00:00+00");
            Assert.Equal(1L, await new NpgsqlCommand("select count(*) from cdr where call_date < '2026-08-01'", reading).ExecuteScalarAsync(Ct));
        }

        Assert.True(await Upkeep.Of(source, clock).KeepOnceAsync(Ct));
        Assert.Equal(["cdr_2026_07 1", "cdr_2026_11 1"], await PlacesAsync("cdr"));
    }

    [Fact]
    public async Task A_record_is_the_same_once_in_whatever_month()
    {
        await AddAsync("2026-11-27 00:00:00+00");
        await Upkeep.Of(source, clock).KeepOnceAsync(Ct);
        Assert.Equal(0, await AddAsync(1, "2026-11-27 00:00:00+00"));
        Assert.Equal(["cdr_2026_11 1"], await PlacesAsync("cdr"));
    }

    private async Task AddAsync(params string[] instants)
    {
        foreach (var instant in instants) await AddAsync(1 + int.Parse((await ListAsync("select count(*)::text from cdr")).Single(), System.Globalization.CultureInfo.InvariantCulture), instant);
    }

    private async Task<int> AddAsync(int sequence, string instant)
    {
        await using var command = source.CreateCommand(
            """
            insert into cdr (pbx, unique_id, sequence, linked_id, call_date, caller_id, source, destination, context, channel, destination_channel,
                last_application, last_data, duration, billable_seconds, disposition, user_field)
            values ('pbx', 'u', $1, 'u', $2::timestamptz, '', '', '', '', '', '', '', '', 0, 0, '', '') on conflict do nothing
            """);
        command.Parameters.Add(new() { Value = sequence });
        command.Parameters.Add(new() { Value = instant });
        return await command.ExecuteNonQueryAsync(Ct);
    }

    private Task<List<string>> PartitionsAsync(string table) =>
        ListAsync($"select inhrelid::regclass::text from pg_inherits where inhparent = '{table}'::regclass order by 1");

    private Task<List<string>> PlacesAsync(string table) => ListAsync($"select tableoid::regclass || ' ' || count(*) from {table} group by tableoid order by 1");

    private async Task<List<string>> ListAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        var rows = new List<string>();
        await using var row = await command.ExecuteReaderAsync(Ct);
        while (await row.ReadAsync(Ct)) rows.Add(row.GetString(0));
        return rows;
    }
}
