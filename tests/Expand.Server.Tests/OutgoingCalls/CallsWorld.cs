using Expand.Server.Access;
using Expand.Server.OutgoingCalls;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>A server whose clock the tests hold, with the contract's queue and agents, q_ventas, and a supervisor who is no agent.</summary>
public sealed class CallsWorld(Databases databases) : IAsyncLifetime
{
    /// <summary>2026-11-25 12:00 in Montevideo.</summary>
    internal static readonly DateTimeOffset Noon = new(2026, 11, 25, 15, 0, 0, TimeSpan.Zero);

    internal const string Root = "/external/outgoingcalls/call";

    private readonly ScriptedPbx pbx = new();
    private ServerHost? host;

    internal Databases Databases => databases;

    /// <summary>Done with the database before the server starts on it.</summary>
    internal Func<string, Task> BeforeStart { get; init; } = _ => Task.CompletedTask;

    internal ScriptedPbx Pbx => pbx;

    internal FakeTimeProvider Clock { get; } = new(Noon);

    internal DateTimeOffset Now => Clock.GetUtcNow();

    internal ServerHost Host => host ?? throw new InvalidOperationException("the server is not started");

    internal string Database { get; private set; } = "";

    /// <summary>A client of the calls' routes.</summary>
    internal ApiCaller Api { get; private set; } = null!;

    /// <summary>A client with every scope but the calls'.</summary>
    internal ApiCaller Stranger { get; private set; } = null!;

    /// <summary>A client without a credential.</summary>
    internal ApiCaller Nobody { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await databases.NewAsync();
        pbx.Queues.UnionWith(["tecnologia", "q_ventas"]);
        await BeforeStart(Database);
        host = await ServerHost.StartAsync(Database, pbx, clock: Clock);
        Api = new ApiCaller(await host.RestAsync("outgoingcalls"), Root);
        Stranger = new ApiCaller(await host.RestAsync("dialer", "lists", "dynamicforms", "events"), Root);
        Nobody = new ApiCaller(new HttpClient { BaseAddress = new Uri(host.Url) }, Root);
        foreach (var (username, number) in new[] { ("pperez", "301"), ("daguirre", "302"), ("cguerra", "303"), ("lrivas", "") })
        {
            var form = new UserForm(username, username, "", "operador", number.Length == 0, number.Length > 0, number);
            Assert.Null((await host.Get<Users>().CreateAsync(form, null, Actor.System, CancellationToken.None)).Failure);
        }

        await Eventually.TrueAsync(() => host.Get<LivePicture>().IsKnown);
    }

    /// <summary>A call of tecnologia in an hour, which every agent may make.</summary>
    internal OutgoingCallForm Form() => new("tecnologia", ["21232322"], "Pedro", "Confirmacion contrato ADSL", Now.AddHours(1), 0, "", null);

    /// <summary>Asks the use cases as a request does: in a scope of its own.</summary>
    internal async Task<T> ActAsync<T>(Func<PendingCalls, Task<T>> act)
    {
        await using var scope = Host.Scope();
        return await act(scope.ServiceProvider.GetRequiredService<PendingCalls>());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in new[] { Api, Stranger, Nobody }) client?.Dispose();
        if (host is not null) await host.DisposeAsync();
        await pbx.DisposeAsync();
    }
}
