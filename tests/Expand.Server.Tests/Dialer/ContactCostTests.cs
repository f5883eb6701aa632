using System.Text.Json;
using Expand.Server.Dialer;
using Expand.Server.Tests.Host;
using Npgsql;

namespace Expand.Server.Tests.Dialer;

/// <summary>
/// What a page of contacts costs, in blocks of tables and indexes that PostgreSQL says it touched: as much as it answers, in a campaign of 50 000
/// contacts beside others whatever lies beside. A whole listing is read at constant memory.
/// </summary>
public sealed class ContactCostTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_costs_what_it_answers_and_a_whole_listing_no_memory()
    {
        await using var source = NpgsqlDataSource.Create(await databases.NewAsync());
        await ExecuteAsync(source, Campaigns);
        await ExecuteAsync(source, "vacuum analyze");
        var wrong = new List<string>();
        foreach (var (what, filter, most) in Pages())
        {
            var plan = await ExplainAsync(source, filter);
            if (plan.Blocks > most) wrong.Add($"{what}: {plan.Blocks} blocks, at most {most} expected\n{plan.Text}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        await ReadAllAsync(source);
    }

    [Fact]
    public async Task A_page_far_from_the_beginning_is_that_which_all_of_them_in_order_have_there()
    {
        await using var source = NpgsqlDataSource.Create(await databases.NewAsync());
        await ExecuteAsync(source, Campaigns);
        foreach (var order in new[] { ContactOrder.Id, ContactOrder.Name, ContactOrder.StateAt })
        {
            foreach (var (descending, state) in new (bool, ContactState?)[] { (false, null), (true, null), (false, ContactState.Pending) })
            {
                var filter = new ContactFilter(1) { Order = order, Descending = descending, State = state };
                var (total, all) = await IdsAsync(source, filter);
                Assert.Equal(total, all.Count);
                foreach (var start in new[] { 999, 1000, 1001, (all.Count / 2) - 20, (all.Count / 2) + 1, all.Count - 7, all.Count, all.Count + 5 })
                {
                    var (counted, page) = await IdsAsync(source, filter with { Start = start, Limit = 25 });
                    Assert.Equal(total, counted);
                    Assert.Equal(all.Skip(start).Take(25), page);
                }
            }
        }
    }

    private static async Task<(long Total, List<long> Ids)> IdsAsync(NpgsqlDataSource source, ContactFilter filter)
    {
        var (sql, values) = ContactListing.Statement(filter);
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var row = await command.ExecuteReaderAsync(Ct);
        await row.ReadAsync(Ct);
        var (total, ids) = (row.GetInt64(0), new List<long>());
        while (await row.ReadAsync(Ct)) ids.Add(row.GetInt64(1));
        return (total, ids);
    }

    /// <summary>A page of 25 fetches at most 25 blocks of contacts, each by an index of three levels; the rest is the way there.</summary>
    private static IEnumerable<(string What, ContactFilter Filter, long Most)> Pages()
    {
        var page = new ContactFilter(1) { Limit = 25 };
        foreach (var order in Enum.GetValues<ContactOrder>())
        {
            foreach (var descending in new[] { false, true })
            {
                var ordered = page with { Order = order, Descending = descending };
                yield return ($"first page by {order} {descending}", ordered, 150);
                yield return ($"first page of a state by {order} {descending}", ordered with { State = ContactState.Pending }, 120);
                yield return ($"page of a rare state by {order} {descending}", ordered with { State = ContactState.Rejected }, 120);
                // Ids out of an index, 150 and more to a block; 25 rows.
                yield return ($"deep page by {order} {descending}", ordered with { Start = 45_000 }, 800);
            }
        }

        // 50 000 contacts, of whom a few are found; and none.
        yield return ("like a name", page with { Like = "maitzman 777" }, 250);
        yield return ("like a name by name", page with { Like = "MAITZMAN 777", Order = ContactOrder.Name }, 250);
        yield return ("like a number", page with { Like = "27104729" }, 150);
        yield return ("like nobody", page with { Like = "wolfgang" }, 100);
        yield return ("like in a state", page with { Like = "maitzman 777", State = ContactState.Pending }, 250);
        // Ten minutes are some 500 contacts, beside each other in the index.
        var from = new DateTimeOffset(2026, 11, 1, 6, 0, 0, TimeSpan.Zero);
        yield return ("added in ten minutes", page with { AddedAt = (from, from.AddMinutes(10)), Order = ContactOrder.AddedAt }, 800);
        yield return ("came to their state in ten minutes", page with { StateAt = (from, from.AddMinutes(10)), Order = ContactOrder.StateAt }, 800);
        yield return ("of a state in ten minutes by name", page with { StateAt = (from, from.AddMinutes(10)), State = ContactState.Completed, Order = ContactOrder.Name }, 800);
    }

    private static async Task<(long Blocks, string Text)> ExplainAsync(NpgsqlDataSource source, ContactFilter filter)
    {
        var (sql, values) = ContactListing.Statement(filter);
        await using var command = source.CreateCommand("explain (analyze, buffers, timing off, format json) " + sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        var text = (string)(await command.ExecuteScalarAsync(Ct))!;
        using var plan = JsonDocument.Parse(text);
        var top = plan.RootElement[0].GetProperty("Plan");
        return (top.GetProperty("Shared Hit Blocks").GetInt64() + top.GetProperty("Shared Read Blocks").GetInt64(), JsonSerializer.Serialize(plan.RootElement));
    }

    /// <summary>All of the campaign in the order of names: nothing holds what was read.</summary>
    private static async Task ReadAllAsync(NpgsqlDataSource source)
    {
        await using var found = await new ContactListing(source).ReadAsync(new ContactFilter(1) { Order = ContactOrder.Name }, Ct);
        Assert.Equal(50_000, found!.Total);
        var (read, held) = (0, new List<WeakReference>());
        await foreach (var contact in found.ReadAsync(Ct))
        {
            if (++read % 100 == 0) held.Add(new WeakReference(contact));
            if (read % 10_000 != 0) continue;
            GC.Collect();
            Assert.InRange(held.Count(h => h.IsAlive), 0, 3);
        }

        Assert.Equal(50_000, read);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>Campaign 1 with 50 000 contacts, one each second; nineteen others with five hundred of the same names each, in between.</summary>
    private const string Campaigns =
        """
        insert into campaigns (name, description, state, paused, queue, mode, time_zone, schedule, redial_rules, max_attempts, version)
        select 'C' || n, '', 1, false, 'q_ventas', 1, 'America/Montevideo', '[]', '[]', 5, 1 from generate_series(1, 20) n;
        insert into contacts (campaign, name, numcall, enable, info, state, state_at, added_at, state_log, version)
        select case when n % 119 < 100 then 1 else 2 + n % 119 - 100 end, (array['Rodrigo', 'Ana', 'Élida', 'María', 'Juan', 'Ñata', 'Pedro'])[1 + n % 7] || ' '
            || (array['Pérez', 'Martínez', 'Rodríguez', 'González', 'Maitzman'])[1 + n / 7 % 5] || ' ' || n * 7919 % 2000, '27' || lpad((n::bigint * 104729 % 1000000)::text, 6, '0'),
            true, '{"ci": "3123456-0", "correo": "rangles@expand.com.uy"}', case when n % 2000 = 0 then 2 else (array[0, 0, 0, 1, 3])[1 + n % 5] end,
            timestamptz '2026-11-01 00:00Z' + make_interval(secs => n), timestamptz '2026-11-01 00:00Z' + make_interval(secs => n),
            '[{"at": "2026-11-01T00:00:00Z", "transition": "_Source_API_Apl"}]', 1
        from generate_series(0, 59499) n;
        """;
}
