using Expand.Server.Dialer;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Dialer;

/// <summary>The counters of contacts are the contacts' count, at every moment and for everybody.</summary>
public sealed class ContactCountsTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task Many_writers_at_once_some_of_whom_give_up_leave_the_true_count_and_every_look_meanwhile_sees_it()
    {
        var campaigns = new[] { await Desk.CampaignAsync(), await Desk.CampaignAsync() };
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var looking = LookAsync(done.Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => WriteAsync(campaigns, new Random(writer)), Ct)));
        await done.CancelAsync();
        Assert.True(await looking > 0);
        Assert.Equal("", await Desk.WrongCountsAsync());
        // As many rows as writers were at it at once, and not one for each statement.
        Assert.InRange(await Desk.ScalarAsync<long>($"select max(n) from (select count(*) as n from contact_counts where campaign = any('{{{string.Join(',', campaigns)}}}') group by campaign, state) c"), 1, 12);
    }

    [Fact]
    public async Task Whatever_statement_changes_contacts_keeps_the_count()
    {
        var (one, other) = (await Desk.CampaignAsync(), await Desk.CampaignAsync());
        await using var db = Databases.Open(Desk.Database);
        foreach (var sql in new[]
        {
            $"insert into contacts (campaign, name, numcall, enable, info, state, state_at, added_at, state_log, version) select {one}, 'x', '1', true, '1', n % 4, now(), now(), '[]', 1 from generate_series(1, 50) n",
            $"update contacts set state = 3 where campaign = {one} and state < 2", $"update contacts set campaign = {other} where campaign = {one} and state = 2",
            $"update contacts set name = 'y' where campaign = {one}", $"delete from contacts where campaign = {one} and id % 3 = 0", $"update contacts set state = 1 where false",
            $"delete from contacts where campaign = {other}",
        })
        {
            await db.Database.ExecuteSqlRawAsync(sql, Ct);
            Assert.Equal("", await Desk.WrongCountsAsync());
        }
    }

    /// <summary>Adds, changes, gives up half-way; by the use cases.</summary>
    private async Task WriteAsync(int[] campaigns, Random random)
    {
        var mine = new List<(int Campaign, long Id)>();
        for (var i = 0; i < 40; i++)
        {
            await using var scope = Desk.Host.Scope();
            var db = scope.ServiceProvider.GetRequiredService<ExpandDb>();
            var contacts = scope.ServiceProvider.GetRequiredService<Contacts>();
            await using var transaction = await db.Database.BeginTransactionAsync(Ct);
            var campaign = campaigns[random.Next(2)];
            var form = new ContactForm("C", "1", random.Next(2) == 0, "{}", null);
            var added = (await contacts.ApplyAsync(campaign, [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new ContactRow(null, form))], Ct)).Select(o => (campaign, o.Id!.Value)).ToList();
            if (mine.Count > 0)
            {
                var (there, id) = mine[random.Next(mine.Count)];
                Assert.Null((await contacts.ChangeAsync(there, id, form, ExpectedVersion.Any, Ct)).Failure);
            }

            if (random.Next(3) == 0) continue;
            await transaction.CommitAsync(Ct);
            mine.AddRange(added);
        }
    }

    private async Task<int> LookAsync(CancellationToken done)
    {
        for (var looks = 0; ; looks++)
        {
            if (done.IsCancellationRequested) return looks;
            Assert.Equal("", await Desk.WrongCountsAsync());
        }
    }
}
