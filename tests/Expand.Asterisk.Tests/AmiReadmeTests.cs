using System.Globalization;
using Expand.Asterisk.Ami;
using Expand.TestKit;

namespace Expand.Asterisk.Tests;

public sealed class AmiReadmeTests
{
    [Fact]
    public async Task The_program_of_the_readme_runs()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name != "Originate" ? null
            : "Response: Success\nActionID: {id}\nMessage: Originate successfully queued\n\nEvent: Hangup\nChannel: PJSIP/701-00000001\n\n");
        var console = new StringWriter(CultureInfo.InvariantCulture);

        // The lines of the README; only the address and the end of the loop differ.
        await using var ami = new AmiClient(asterisk.ClientOptions);
        var news = ami.Subscribe(new HashSet<string> { "OriginateResponse", "Hangup" }, ct: TestContext.Current.CancellationToken);
        ami.Start();
        await ami.WaitUntilUpAsync(TestContext.Current.CancellationToken);
        var answer = await ami.SendAsync(new AmiAction("Originate")
            { { "Channel", "PJSIP/701" }, { "Context", "internal" }, { "Exten", "702" }, { "Priority", "1" }, { "Async", "true" } }, TestContext.Current.CancellationToken);
        console.WriteLine($"{ami.Banner}: {answer.Name}, {answer.MessageText}");
        foreach (var notice in await news.TakeAsync(2, TestContext.Current.CancellationToken))
            console.WriteLine($"{notice.Kind} {notice.Event?.Name} {notice.Event?["Channel"]} {notice.Detail}");

        Assert.Equal(
            ["Asterisk Call Manager/11.0.0: Success, Originate successfully queued", "Connected   Asterisk Call Manager/11.0.0", "Event Hangup PJSIP/701-00000001 "],
            console.ToString().TrimEnd('\r', '\n').Split(Environment.NewLine));
    }
}
