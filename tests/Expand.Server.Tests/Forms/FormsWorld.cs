using Expand.Server.Access;
using Expand.Server.Forms;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Forms;

/// <summary>A server whose clock the tests hold, with two agents and the contract's form.</summary>
public sealed class FormsWorld(Databases databases) : IAsyncLifetime
{
    internal const string Root = "/external/dynamicforms";

    /// <summary>2017-09-19 13:54:33.824 in Montevideo, as in the contract's example.</summary>
    internal static readonly DateTimeOffset Start = new(2017, 9, 19, 16, 54, 33, 824, TimeSpan.Zero);

    private readonly ScriptedPbx pbx = new();
    private ServerHost? host;

    internal FakeTimeProvider Clock { get; } = new(Start);

    internal ServerHost Host => host ?? throw new InvalidOperationException("the server is not started");

    internal FormDefinitions Forms => Host.Get<FormDefinitions>();

    internal FormEntries Entries => Host.Get<FormEntries>();

    internal string Database { get; private set; } = "";

    /// <summary>A client of the forms' routes.</summary>
    internal ApiCaller Api { get; private set; } = null!;

    /// <summary>A client with every scope but the forms'.</summary>
    internal ApiCaller Stranger { get; private set; } = null!;

    /// <summary>The contract's form, and fields of every kind.</summary>
    internal static FormDefinition Definition(string name) => new()
    {
        Name = name,
        Title = "Encuesta",
        Queues = ["ope", "q_ventas"],
        Fields =
        [
            new() { Name = "codigofeliz", Label = "codigofeliz", Required = true },
            new() { Name = "edad", Label = "Edad", Kind = FormFieldKind.Number },
            new() { Name = "visita", Label = "Visita", Kind = FormFieldKind.Date, Several = true },
            new()
            {
                Name = "plan", Label = "Plan", Kind = FormFieldKind.Choice, Several = true,
                Options = [new() { Value = "fibra", Label = "Fibra 300" }, new() { Value = "adsl" }],
            },
        ],
    };

    public async ValueTask InitializeAsync()
    {
        Database = await databases.NewAsync();
        host = await ServerHost.StartAsync(Database, pbx, clock: Clock);
        foreach (var (username, number) in new[] { ("cguerra", "303"), ("acosta", "0101"), ("lrivas", "") })
        {
            var form = new UserForm(username, username, "", "operador", number.Length == 0, number.Length > 0, number);
            Assert.Null((await host.Get<Users>().CreateAsync(form, null, Actor.System, CancellationToken.None)).Failure);
        }

        Api = new ApiCaller(await host.RestAsync("dynamicforms"), Root);
        Stranger = new ApiCaller(await host.RestAsync("dialer", "lists", "outgoingcalls", "events"), Root);
    }

    /// <summary>The contract's example, filled in for a form.</summary>
    internal static FormEntryDraft Draft(string form, long call = 91662) => new(
        form, "cguerra", "ope", call, "1505840001.827", "SIP/303", "5c1df070-19eb-4e6b-8a27-96b28ec51cc8-150582807997",
        "55a6bc9a43564848ae433fecf3ec0a9115058400249", "audio_91662_1505840066.63", Values(("codigofeliz", ["NG1lOWF917"])));

    internal static Dictionary<string, IReadOnlyList<string>> Values(params (string Field, string[] Values)[] values) =>
        values.ToDictionary(v => v.Field, v => (IReadOnlyList<string>)v.Values);

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        Stranger?.Dispose();
        if (host is not null) await host.DisposeAsync();
        await pbx.DisposeAsync();
    }
}
