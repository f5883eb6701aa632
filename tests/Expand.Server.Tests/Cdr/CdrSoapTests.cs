using System.Text.RegularExpressions;
using System.Xml.Linq;
using Expand.Server.Cdr;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Cdr;

/// <summary>cdrData and cdrCustom through the SOAP door, over rows in a real PostgreSQL.</summary>
public sealed class CdrSoapTests(Databases databases)
{
    [Theory]
    [InlineData("\"Juan Pérez\" <701>", "Juan Pérez (701)")]
    [InlineData("\"Juan \\\"Pepe\\\"\" <701>", "Juan \"Pepe\" (701)")]
    [InlineData("\"a < b\" <701>", "a < b (701)")]
    [InlineData("<701>", " (701)")]
    [InlineData("701", "701")]
    [InlineData("\"\" <701>", " (701)")]
    [InlineData("", "")]
    public void A_caller_ID_has_the_contracts_form(string asterisk, string contract) => Assert.Equal(contract, CdrSoap.CallerId(asterisk));

    [Fact]
    public async Task A_period_holds_both_its_ends_in_local_time()
    {
        // 2026: three hours behind UTC, no daylight saving.
        await AssertFoundAsync("2026-11-23 10:00:00", "2026-11-23 10:00:05",
            ("2026-11-23T12:59:59.999Z", false), ("2026-11-23T13:00:00Z", true), ("2026-11-23T13:00:05.999Z", true), ("2026-11-23T13:00:06Z", false));
    }

    [Fact]
    public async Task A_bare_day_is_the_whole_day()
    {
        await AssertFoundAsync("2026-11-23", "2026-11-23",
            ("2026-11-23T02:59:59.9Z", false), ("2026-11-23T03:00:00Z", true), ("2026-11-24T02:59:59.9Z", true), ("2026-11-24T03:00:00Z", false));
    }

    [Fact]
    public async Task A_day_on_which_the_clock_was_put_forward_has_23_hours()
    {
        await AssertFoundAsync("2014-10-05", "2014-10-05",
            ("2014-10-05T02:59:59Z", false), ("2014-10-05T03:00:00Z", true), ("2014-10-06T01:59:59Z", true), ("2014-10-06T02:00:00Z", false));
    }

    [Fact]
    public async Task A_period_loses_nothing_of_the_hour_that_was_repeated()
    {
        // At 02:00 (-02) on 8 March 2015 it became 01:00 (-03).
        await AssertFoundAsync("2015-03-08 01:30:00", "2015-03-08 01:30:00",
            ("2015-03-08T03:29:59Z", false), ("2015-03-08T03:30:00Z", true), ("2015-03-08T04:30:00Z", true), ("2015-03-08T04:30:01Z", false));
    }

    [Fact]
    public async Task An_end_far_in_the_future_is_no_end()
    {
        await AssertFoundAsync("0001-01-01", "9999-12-31", ("2026-11-23T13:00:00Z", true));
        await AssertFoundAsync("1970-01-01 00:00:00", "9999-12-31 23:59:59", ("2026-11-23T13:00:00Z", true));
    }

    [Fact]
    public async Task Dates_and_attributes_are_the_contracts()
    {
        await using var world = await WorldAsync("2026-11-23T13:00:00.25Z");
        var call = Document(await world.Host.SoapAsync("cdrData", ("authorizedKey", world.Key), ("uniqueid", ""), ("inicio", "2026-11-23"), ("fin", "2026-11-23")));
        Assert.Equal(
        [
            "uniqueid=1.0", "src=701", "dst=702", "dcontext=internal", "clid=Ana & Cía (701)", "channel=PJSIP/701-1", "dstchannel=PJSIP/702-1", "lastapp=Dial",
            "lastdata=x", "calldate=2026-11-23 10:00:00", "duration=5", "billsec=4", "disposition=ANSWERED",
        ], Attributes(call, "cdr"));
        var custom = Document(await world.Host.SoapAsync("cdrCustom", ("authorizedKey", world.Key), ("inicio", "2026-11-23"), ("fin", "2026-11-23")));
        Assert.Equal(
        [
            "uniqueid=1.0", "src=701", "dnis=702", "context=internal", "calldate=2026-11-23 10:00:00", "duration=5", "estado=ANSWERED", "observaciones=contrato=9",
        ], Attributes(custom, "cdr").Skip(1));
    }

    [Fact]
    public async Task A_call_is_found_by_its_id_whatever_the_dates_say()
    {
        await using var world = await WorldAsync("2026-11-23T13:00:00Z");
        var answer = Unescaped(await world.Host.SoapAsync("cdrData", ("authorizedKey", world.Key), ("uniqueid", " 1.0 "), ("inicio", "nonsense"), ("fin", "")));
        Assert.Contains("uniqueid=\"1.0\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "2026-11-23", "inicio")]
    [InlineData("23/11/2026", "2026-11-23", "inicio")]
    [InlineData("2026-11-23", "2026-02-30", "fin")]
    [InlineData("2026-11-23", "2026-11-23 24:00:00", "fin")]
    public async Task A_date_that_is_none_is_a_fault_that_names_it(string from, string to, string argument)
    {
        await using var world = await WorldAsync();
        var answer = await world.Host.SoapAsync("cdrData", ("authorizedKey", world.Key), ("uniqueid", ""), ("inicio", from), ("fin", to));
        Assert.Contains($"{argument} must be a date", answer, StringComparison.Ordinal);
        Assert.Contains("Fault", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_minus_1()
    {
        await using var world = await WorldAsync();
        Assert.Matches(">-1<", await world.Host.SoapAsync("cdrData", ("authorizedKey", "wrong"), ("uniqueid", "1"), ("inicio", ""), ("fin", "")));
    }

    private async Task AssertFoundAsync(string from, string to, params (string At, bool Found)[] calls)
    {
        await using var world = await WorldAsync([.. calls.Select(c => c.At)]);
        var answer = Unescaped(await world.Host.SoapAsync("cdrData", ("authorizedKey", world.Key), ("uniqueid", ""), ("inicio", from), ("fin", to)));
        var found = Regex.Matches(answer, "uniqueid=\"1\\.(\\d+)\"").Select(m => m.Groups[1].Value);
        Assert.Equal(calls.Select((c, i) => (c, i)).Where(x => x.c.Found).Select(x => x.i.ToString(System.Globalization.CultureInfo.InvariantCulture)), found);
    }

    private async Task<World> WorldAsync(params string[] callDates)
    {
        var database = await databases.NewAsync();
        await using (var db = Databases.Open(database))
        {
            for (var i = 0; i < callDates.Length; i++)
            {
                db.Add(new CallRecord
                {
                    Pbx = "pbx",
                    UniqueId = $"1.{i}",
                    LinkedId = "1",
                    CallDate = DateTimeOffset.Parse(callDates[i], System.Globalization.CultureInfo.InvariantCulture),
                    CallerId = "\"Ana & Cía\" <701>",
                    Source = "701",
                    Destination = "702",
                    Context = "internal",
                    Channel = "PJSIP/701-1",
                    DestinationChannel = "PJSIP/702-1",
                    LastApplication = "Dial",
                    LastData = "x",
                    Duration = 5,
                    BillableSeconds = 4,
                    Disposition = "ANSWERED",
                    UserField = "",
                });
            }

            db.Add(new CallNote { UniqueId = "1.0", CallInfo = "contrato=9" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var pbx = new ScriptedPbx();
        var host = await ServerHost.StartAsync(database, pbx);
        return new World(host, pbx, await host.KeyAsync());
    }

    /// <summary>The XML document in the answer's return value.</summary>
    private static XElement Document(string answer) =>
        XDocument.Parse(XDocument.Parse(answer).Descendants().Single(e => e.Name.LocalName == "return").Value).Root!;

    private static IEnumerable<string> Attributes(XElement document, string root)
    {
        Assert.Equal(root, document.Name.LocalName);
        return Assert.Single(document.Elements("call")).Attributes().Select(a => $"{a.Name}={a.Value}");
    }

    /// <summary>The XML documents that the contract returns as a string.</summary>
    private static string Unescaped(string answer) => System.Net.WebUtility.HtmlDecode(answer);

    private sealed record World(ServerHost Host, ScriptedPbx Pbx, string Key) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }
    }
}
