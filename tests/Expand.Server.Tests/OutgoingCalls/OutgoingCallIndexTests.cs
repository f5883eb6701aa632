using System.Data.Common;
using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>Every filter has an index that PostgreSQL takes once there are many calls.</summary>
public sealed class OutgoingCallIndexTests(Databases databases)
{
    private static readonly DateTimeOffset Noon = CallsWorld.Noon;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_filter_asks_its_index()
    {
        var database = await databases.NewAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using (var fill = source.CreateCommand(
            """
            insert into outgoing_calls (queue, phones, numbers, contact, subject, calldate, expiration, expires_at, agent, status, status_at, link, version, created_at)
            select 'q' || i % 50, array['0' || i], array['0' || i], 'c', 's', t, 60, t + interval '60 s', 'agent' || i % 200,
                case when i % 100 = 0 then 0 when i % 333 = 0 then 3 else 1 end, t, '{}', 1, t
            from (select i, timestamptz '2026-11-25 15:00Z' + (i - 10000) * interval '1 min' as t from generate_series(1, 20000) i) x;
            analyze outgoing_calls
            """)) await fill.ExecuteNonQueryAsync(Ct);

        var plans = new Explaining();
        await using var db = new ExpandDb(((DbContextOptionsBuilder<ExpandDb>)DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), database)
            .AddInterceptors(plans)).Options);
        var calls = new OutgoingCallRepository(db);
        foreach (var (filter, index) in new (OutgoingCallFilter, string)[]
        {
            (new() { Queue = "q7", From = Noon, To = Noon.AddDays(5) }, "ix_outgoing_calls_queue_calldate"),
            (new() { From = Noon, To = Noon.AddHours(1) }, "ix_outgoing_calls_calldate"),
            (new() { Agent = "AGENT17" }, "ix_outgoing_calls_agent_key_id"),
            (new() { Phone = "0-4711" }, "ix_outgoing_calls_numbers"),
            (new() { Status = OutgoingCallStatus.Pending }, "ix_outgoing_calls_status_id"),
            (new() { Status = OutgoingCallStatus.Expired }, "ix_outgoing_calls_status_id"),
            (new() { Start = 5000, Limit = 10 }, "pk_outgoing_calls"),
        })
        {
            Assert.NotEmpty(await calls.List(filter, Noon).ToListAsync(Ct));
            Assert.True(plans.Last.Contains(index, StringComparison.Ordinal), $"{filter} is answered without {index}:\n{plans.Last}");
        }

        await using var explain = source.CreateCommand("explain " + OutgoingCallRepository.ExpireSql);
        explain.Parameters.Add(new() { Value = Noon.UtcDateTime });
        explain.Parameters.Add(new() { Value = 10 });
        Assert.Contains("ix_outgoing_calls_expires_at", await Explaining.ReadAsync(explain, Ct), StringComparison.Ordinal);
    }

    /// <summary>Asks PostgreSQL how it will answer each question, before it does.</summary>
    private sealed class Explaining : DbCommandInterceptor
    {
        public string Last { get; private set; } = "";

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            await using var explain = command.Connection!.CreateCommand();
            explain.CommandText = "explain " + command.CommandText;
            foreach (NpgsqlParameter parameter in command.Parameters) explain.Parameters.Add(parameter.Clone());
            Last = await ReadAsync(explain, cancellationToken);
            return result;
        }

        public static async Task<string> ReadAsync(DbCommand explain, CancellationToken ct)
        {
            var lines = new List<string>();
            await using var rows = await explain.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) lines.Add(rows.GetString(0));
            return string.Join('\n', lines);
        }
    }
}
