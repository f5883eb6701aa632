using System.Globalization;
using System.Net;
using Expand.Server.Dialer;
using Expand.Server.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Dialer;

/// <summary>The two listings of contacts: filters, orders, pages, and what is tolerated in a query.</summary>
public sealed class ContactListingTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task A_listing_is_the_record_of_each_contact_and_counts_them()
    {
        var campaign = await Desk.CampaignAsync();
        Assert.Equal("""{"recordsTotal":0,"data":[]}""", (await Desk.GetAsync($"/{campaign}/contacts")).Text);
        var rodrigo = await Desk.AddAsync(campaign, "Rodrigo", "27111200");
        var one = (await Desk.GetAsync($"/{campaign}/contacts/{rodrigo.Id}")).Text;
        foreach (var path in new[] { "contacts", "contacts/", "contacts?order_by=name", "contacts?like=rodr", "contacts/activity", "contacts/activity/", "contacts/activity?saddtimestamp=2019-01-01" })
            Assert.Equal($$"""{"recordsTotal":1,"data":[{{one}}]}""", (await Desk.GetAsync($"/{campaign}/{path}")).Text);
    }

    [Fact]
    public async Task Names_are_ordered_as_in_spanish_numbers_by_their_characters_and_equal_ones_by_id()
    {
        var (campaign, names) = (await Desk.CampaignAsync(), new Dictionary<long, string>());
        foreach (var (name, numcall) in new[] { ("Ñuñez", "200"), ("nuñez", "30"), ("Ávila", "+598"), ("Zorro", "*1"), ("Avila", "30"), ("ávila", "4"), ("Oso", "200") })
            names[(await Desk.AddAsync(campaign, name, numcall)).Id] = $"{name} {numcall}";
        async Task<string> ListAsync(string query) => string.Join(", ", (await Desk.GetAsync($"/{campaign}/contacts{query}")).Ids.Select(i => names[i]));
        var byName = await ListAsync("?order_by=name");
        Assert.Equal("Avila 30, ávila 4, Ávila +598, nuñez 30, Ñuñez 200, Oso 200, Zorro *1", byName);
        Assert.Equal(byName, await ListAsync("?order_by=name&order=asc"));
        Assert.Equal(byName, await ListAsync("?order_by=name&order_asc"));
        Assert.Equal(string.Join(", ", byName.Split(", ").Reverse()), await ListAsync("?order_by=name&order=desc"));
        Assert.Equal("Zorro *1, Ávila +598, Ñuñez 200, Oso 200, nuñez 30, Avila 30, ávila 4", await ListAsync("?order_by=numcall"));
        Assert.Equal("ávila 4, Avila 30, nuñez 30, Oso 200, Ñuñez 200, Ávila +598, Zorro *1", await ListAsync("?order_by=numcall&order=desc"));
        Assert.Equal(string.Join(", ", names.Values), await ListAsync(""));
        Assert.Equal(string.Join(", ", names.Values.Reverse()), await ListAsync("?order=desc"));
        Assert.Equal("nuñez 30, Ñuñez 200", await ListAsync("?order_by=name&start=3&limit=2"));
        Assert.Equal("Ávila +598, nuñez 30", await ListAsync("?order_by=name&like=&start=2&limit=2"));
    }

    [Fact]
    public async Task Like_finds_a_part_of_name_or_number_whatever_its_characters_mean_to_sql()
    {
        var campaign = await Desk.CampaignAsync();
        foreach (var (name, numcall) in new[] { ("Rodrigo Ángles", "27111200"), ("RODRIGO", "099"), ("100 % Ana", "1"), ("a_b", "2"), (@"c\d", "3"), ("Ñandú", "4"), ("e%f", "5"), ("O'Neil", "6") })
            await Desk.AddAsync(campaign, name, numcall);
        async Task<string> FindAsync(string text) => string.Join(", ", (await Desk.GetAsync($"/{campaign}/contacts?like={Uri.EscapeDataString(text)}")).Json["data"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal("Rodrigo Ángles, RODRIGO", await FindAsync("rodrigo"));
        Assert.Equal("Rodrigo Ángles", await FindAsync("ÁNGLES"));
        Assert.Equal("Rodrigo Ángles", await FindAsync("1120"));
        Assert.Equal("Rodrigo Ángles", await FindAsync("o á"));
        Assert.Equal("100 % Ana, e%f", await FindAsync("%"));
        Assert.Equal("a_b", await FindAsync("_"));
        Assert.Equal(@"c\d", await FindAsync(@"\"));
        Assert.Equal("Ñandú", await FindAsync("ñ"));
        Assert.Equal("O'Neil", await FindAsync("'"));
        Assert.Equal("", await FindAsync("a%b"));
        Assert.Equal("", await FindAsync("go099"));
        Assert.Equal(8, (await Desk.GetAsync($"/{campaign}/contacts?like=")).Total);
    }

    [Fact]
    public async Task States_filter_both_listings_alone_and_with_text()
    {
        var campaign = await Desk.CampaignAsync();
        var pending = (await Desk.AddAsync(campaign, "Ana Uno", "1")).Id;
        var canceled = (await Desk.AddAsync(campaign, "Ana Dos", "2", enable: false)).Id;
        var (completed, rejected) = ((await Desk.AddAsync(campaign, "Ana Tres", "3")).Id, (await Desk.AddAsync(campaign, "Ana Cuatro", "4")).Id);
        await Desk.ContactsAsync(c => c.AttemptedAsync(campaign, completed, AttemptOutcome.Answer, Ct));
        await Desk.ContactsAsync(c => c.CompletedAsync(campaign, completed, Ct));
        await Desk.ContactsAsync(c => c.AttemptedAsync(campaign, rejected, AttemptOutcome.Congestion, Ct));
        foreach (var (state, id) in new[] { ("Pending", pending), ("canceled", canceled), ("Completed", completed), ("REJECTED", rejected) })
        {
            foreach (var query in new[] { $"?state={state}", $"?state={state}&order_by=name&order=desc", $"/activity?state={state}", $"?state={state}&like=ana", $"?state={state}&start=0&limit=1", $"/activity?state={state}&order_by=name&order_asc", $"/activity?state={state}&saddtimestamp='2019-02-01'&estimestamp=\"9000-02-28\"" })
            {
                var answer = await Desk.GetAsync($"/{campaign}/contacts{query}");
                Assert.Equal((1, id), (answer.Total, Assert.Single(answer.Ids)));
            }
        }

        Assert.Equal(0, (await Desk.GetAsync($"/{campaign}/contacts?state=Pending&like=dos")).Total);
    }

    [Fact]
    public async Task Activity_is_filtered_and_ordered_by_when_contacts_were_added_and_came_to_their_state()
    {
        var campaign = await Desk.CampaignAsync(CampaignState.Incomplete);
        var ids = new List<long>();
        // At local midnight of 1 February, a second before 2 February, at 2 February, and on 1 March.
        foreach (var at in new[] { "2019-02-01T03:00:00Z", "2019-02-02T02:59:59Z", "2019-02-02T03:00:00Z", "2019-03-01T12:00:00Z" })
            ids.Add((await AtAsync(at, c => c.AddAsync(campaign, new ContactForm($"C{9 - ids.Count}", $"{ids.Count}", true, "{}", null), Ct))).Id);
        await AtAsync("2019-03-02T12:00:00Z", c => c.ChangeAsync(campaign, ids[0], new ContactForm("C9", "0", false, "{}", null), ExpectedVersion.Any, Ct));
        async Task<string> ListAsync(string query)
        {
            var answer = await Desk.GetAsync($"/{campaign}/contacts/activity?{query}");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            return string.Join(' ', answer.Ids.Select(i => ids.IndexOf(i)));
        }

        Assert.Equal("0 1", await ListAsync("saddtimestamp='2019-02-01'&eaddtimestamp='2019-02-01'"));
        Assert.Equal("0 1 2", await ListAsync("saddtimestamp=\"2019-02-01\"&eaddtimestamp='2019-02-28'"));
        Assert.Equal("1 2", await ListAsync("saddtimestamp=2019-02-01 23:59:59&eaddtimestamp=2019-02-02 00:00"));
        Assert.Equal("2 3", await ListAsync("saddtimestamp=2019-02-02T00:00:00-03:00"));
        Assert.Equal("0", await ListAsync("sstimestamp=2019-03-02"));
        Assert.Equal("1 2 3", await ListAsync("estimestamp=2019-03-01"));
        Assert.Equal("1 2", await ListAsync("estimestamp=2019-03-01&eaddtimestamp=2019-02-28"));
        Assert.Equal("", await ListAsync("sstimestamp=2019-03-02&saddtimestamp=2019-02-02"));
        Assert.Equal("3 2 1 0", await ListAsync("order_by=name"));
        Assert.Equal("3 2 1 0", await ListAsync("order_by=timestampadd&order=desc"));
        Assert.Equal("1 2 3 0", await ListAsync("order_by=statetimestamp"));
        Assert.Equal("0 3 2 1", await ListAsync("order_by=statetimestamp&order_desc"));
        Assert.Equal("0 1 2 3", await ListAsync("order_by=numcall"));
        Assert.Equal("0 1 2 3", await ListAsync("order_by=timestampadd"));
        Assert.Equal("2 3", await ListAsync("order_by=statetimestamp&start=1&limit=2"));
        Assert.Equal("3 2", await ListAsync("order_by=timestampadd&order=desc&state=Pending&limit=2"));
        Assert.Equal("1", await ListAsync("eaddtimestamp=2019-02-28&order_by=name&start=1&limit=1"));
        var page = await Desk.GetAsync($"/{campaign}/contacts/activity?eaddtimestamp=2019-02-28&start=5");
        Assert.Equal("""{"recordsTotal":3,"data":[]}""", page.Text);
    }

    /// <summary>The use cases as they were called then.</summary>
    private async Task<Contact> AtAsync(string at, Func<Contacts, Task<Result<Contact>>> act)
    {
        await using var scope = Desk.Host.Scope();
        var clock = new FakeTimeProvider(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture));
        var done = await act(new Contacts(scope.ServiceProvider.GetRequiredService<ExpandDb>(), scope.ServiceProvider.GetRequiredService<ContactTable>(), clock));
        Assert.Null(done.Failure);
        return done.Value!;
    }

    [Theory]
    [InlineData("?start=-1", "start")]
    [InlineData("?limit=x", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?order=up", "order")]
    [InlineData("?order_by=id", "order_by")]
    [InlineData("?state=Done", "state")]
    [InlineData("?nombre=x", "nombre")]
    [InlineData("?like=%00", "like")]
    [InlineData("?sstimestamp=2019-01-01", "sstimestamp")]
    [InlineData("/activity?like=x", "like")]
    [InlineData("/activity?sstimestamp=ayer", "sstimestamp")]
    [InlineData("/activity?eaddtimestamp=2019-02-30", "eaddtimestamp")]
    [InlineData("/activity?order_by=state", "order_by")]
    public async Task A_query_that_cannot_be_is_refused_and_the_parameter_named(string query, string field)
    {
        var answer = await Desk.GetAsync($"/{await Desk.CampaignAsync(CampaignState.Incomplete)}/contacts{query}");
        Assert.Equal((HttpStatusCode.BadRequest, "Unknown_data_format", field), (answer.Status, (string)answer.Json["errrorCode"]!, string.Join(' ', answer.Fields)));
    }

    [Fact]
    public async Task Pages_of_every_order_are_the_whole_cut_in_pieces()
    {
        var campaign = await Desk.CampaignAsync();
        var rows = Enumerable.Range(0, 60).Select(n => new ContactRow(null, new ContactForm($"N{n * 7 % 10}", $"{n * 3 % 8}", n % 4 != 0, "{}", null))).ToList();
        await Desk.ContactsAsync(c => c.ApplyAsync(campaign, rows, Ct));
        foreach (var query in new[] { "contacts?order_by=name", "contacts?order_by=numcall", "contacts?", "contacts?order_by=name&like=n", "contacts/activity?order_by=statetimestamp", "contacts/activity?order_by=timestampadd&state=Pending" })
        {
            foreach (var order in new[] { "asc", "desc" })
            {
                var whole = await Desk.GetAsync($"/{campaign}/{query}&order={order}");
                var pieces = new List<long>();
                for (var start = 0; start <= 60; start += 7)
                {
                    var piece = await Desk.GetAsync($"/{campaign}/{query}&order={order}&start={start}&limit=7");
                    Assert.Equal(whole.Total, piece.Total);
                    pieces.AddRange(piece.Ids);
                }

                Assert.Equal((whole.Total, (long)whole.Ids.Count), ((long)pieces.Count, whole.Total));
                Assert.Equal(whole.Ids, pieces);
                Assert.Equal(whole.Ids.Skip(50), (await Desk.GetAsync($"/{campaign}/{query}&order={order}&start=50")).Ids);
            }
        }
    }
}
