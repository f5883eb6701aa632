using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Agents;
using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Dialer;
using Expand.Server.DoNotCall;
using Expand.Server.Forms;
using Expand.Server.Lists;
using Expand.Server.OutgoingCalls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;
using Expand.Server.Queues;
using Expand.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>
/// The installation that the original document speaks of: its lists, campaigns, pending calls and form, made by the rooms' own use cases at the
/// times that it prints; then the server program on that database. Its people are no demonstration's, so the server adds none.
/// </summary>
public sealed class DocumentWorld : IAsyncLifetime
{
    private PostgresFixture? postgres;

    public ServerFixture Server { get; private set; } = null!;

    /// <summary>The credential of the document's requests: user, colon, password.</summary>
    public string Credential { get; private set; } = "";

    /// <summary>The id of campaign 313.</summary>
    public int Campaign { get; private set; }

    /// <summary>The id of campaign 427.</summary>
    public int Other { get; private set; }

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresFixture.StartAsync();
        var database = await postgres.NewDatabaseAsync(empty: true);
        await MakeAsync(database, CancellationToken.None);
        Server = await ServerFixture.StartAsync(new Dictionary<string, string?>
        {
            ["ConnectionStrings__Expand"] = database,
            ["Expand__TimeZone"] = DocumentPast.Zone,
            // The document's campaigns call in 2017: a dialer would end them.
            ["Dialer__Enabled"] = "false",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
    }

    private async Task MakeAsync(string database, CancellationToken ct)
    {
        var clock = new SetClock();
        await using var rooms = Rooms(database, clock);
        await DatabaseModule.MigrateAsync(rooms.Services, ct);
        await using var scope = rooms.Services.CreateAsyncScope();
        var past = new DocumentPast(scope.ServiceProvider, clock);
        await past.PeopleAsync(ct);
        foreach (var copy in rooms.Services.GetServices<SharedCopy>()) await copy.RefreshAsync(ct);
        Credential = await past.CredentialAsync(ct);
        await past.ListsAsync(ct);
        Campaign = await past.CampaignAsync(ct);
        Other = await past.OtherCampaignAsync(ct);
        await past.PendingCallsAsync(ct);
        await past.FormAsync(ct);
    }

    /// <summary>The use cases, and no door to them.</summary>
    private static WebApplication Rooms(string database, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Expand"] = database,
            ["Expand:TimeZone"] = DocumentPast.Zone,
        });
        builder.Logging.ClearProviders();
        builder.Services
            .AddPlatform().AddRest().AddPbx().AddAccess().AddCalls().AddCdr().AddActivity().AddQueues().AddAgents()
            .AddDialer().AddLists().AddDoNotCall().AddOutgoingCalls().AddForms()
            .AddSingleton(clock);
        return builder.Build();
    }
}

/// <summary>A clock that stands where it is set to.</summary>
internal sealed class SetClock : TimeProvider
{
    private DateTimeOffset now = At("2016-11-01 09:00:00");

    public override DateTimeOffset GetUtcNow() => now;

    /// <summary>It is that time in Montevideo.</summary>
    public DateTimeOffset Set(string local) => now = At(local);

    /// <summary>The offset was the same in all the document's years.</summary>
    private static DateTimeOffset At(string local) => DateTimeOffset.Parse(local + "-03:00", CultureInfo.InvariantCulture).ToUniversalTime();
}
