using Expand.Server.Agents;
using Expand.Server.Forms;
using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>What these rooms add to the demonstration.</summary>
public sealed class OutgoingCallsDemoTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demonstration_has_calls_and_a_filled_in_form_once_however_often_it_is_made()
    {
        var database = await databases.NewAsync();
        var logs = new LogCollector();
        // As at a first start: no PBX was read yet.
        await using var host = await ServerHost.StartUnheardAsync(database, amiPort: 1, logs: logs);
        await host.Get<DemoWorld>().MakeAsync(Ct);
        await using (var scope = host.Scope())
        {
            // As after a start that was cut short before it was remembered that they are made.
            foreach (var part in scope.ServiceProvider.GetServices<IDemoPart>().Where(p => p.Name is "outgoing-calls" or "forms")) await part.MakeAsync(Ct);
        }

        await using var db = Databases.Open(database);
        var calls = await db.Set<OutgoingCall>().OrderBy(c => c.Id).ToListAsync(Ct);
        Assert.Equal(
            ["PENDING acosta", "PENDING ", "PENDING bnunez", "PENDING ", "PENDING cbenitez", "EXPIRED ", "COMPLETED detchegaray"],
            calls.Select(c => $"{c.Settle(DateTimeOffset.UtcNow).Status.Word()} {c.Agent}"));
        Assert.All(calls, c => Assert.NotEmpty(OutgoingCallLinks.Read(c.Link)));
        Assert.Equal(["acosta", "bnunez", "detchegaray"], await db.Set<FormEntry>().Select(e => e.AgentUsername).Order().ToListAsync(Ct));
        Assert.Empty(logs.Of(7005).Concat(logs.Of(7104)));
    }
}
