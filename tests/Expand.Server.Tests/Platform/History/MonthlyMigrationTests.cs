using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Platform.History;

/// <summary>A history from before there were months.</summary>
public sealed class MonthlyMigrationTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_history_keeps_its_rows_ids_and_indexes_and_goes_on()
    {
        var connection = await databases.Postgres.NewDatabaseAsync(empty: true);
        await using var db = Databases.Open(connection);
        await using var source = NpgsqlDataSource.Create(connection);
        await db.GetService<IMigrator>().MigrateAsync("Dialer", Ct);
        await db.Database.ExecuteSqlRawAsync(
            """
            insert into cdr (pbx, unique_id, sequence, linked_id, call_date, caller_id, source, destination, context, channel, destination_channel,
                last_application, last_data, duration, billable_seconds, disposition, user_field)
            select 'pbx', 'u' || n, n, 'u', timestamptz '2026-01-01' + make_interval(days => n), '', '', '', '', '', '', '', '', 0, 0, '', '' from generate_series(1, 100) n;
            insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, cause) values ('pbx', '2026-02-01', 'q', 3, 'u1', '7', '', '');
            """, Ct);
        var (rows, indexes) = (await TellAsync(source, "select md5(string_agg(c::text, '|' order by id)) from cdr c"), await IndexesAsync(source));
        await db.Database.MigrateAsync(Ct);
        Assert.Equal(rows, await TellAsync(source, "select md5(string_agg(c::text, '|' order by id)) from cdr c"));
        Assert.Equal("101", await TellAsync(source, Add));
        Assert.True(await Upkeep.Of(source, new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero))).KeepOnceAsync(Ct));
        Assert.Equal("0", await TellAsync(source, "select count(*)::text from cdr_rest"));
        Assert.Equal("u1", await TellAsync(source, "select unique_id from queue_activities_2026_02"));
        Assert.Equal("102", await TellAsync(source, Add.Replace("101", "102", StringComparison.Ordinal)));

        // And back.
        await db.GetService<IMigrator>().MigrateAsync("Dialer", Ct);
        Assert.Equal(rows, await TellAsync(source, "select md5(string_agg(c::text, '|' order by id)) from cdr c where id <= 100"));
        Assert.Equal("103", await TellAsync(source, Add.Replace("101", "103", StringComparison.Ordinal)));
        Assert.Equal(indexes, await IndexesAsync(source));
    }

    private const string Add =
        """
        insert into cdr (pbx, unique_id, sequence, linked_id, call_date, caller_id, source, destination, context, channel, destination_channel,
            last_application, last_data, duration, billable_seconds, disposition, user_field)
        values ('pbx', 'new', 101, 'u', '2026-04-30', '', '', '', '', '', '', '', '', 0, 0, '', '') returning id::text
        """;

    private static Task<string> IndexesAsync(NpgsqlDataSource source) => TellAsync(source,
        """
        select string_agg(indexdef, E'\n' order by indexdef) from pg_indexes
        where tablename in ('cdr', 'queue_activities', 'agent_calls')
        """);

    private static async Task<string> TellAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(Ct))!;
    }
}
