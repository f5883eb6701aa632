using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Agents;
using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Cli;
using Expand.Server.Dialer;
using Expand.Server.Forms;
using Expand.Server.Lists;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Expand.Server.Tests.Webhooks;
using Expand.Server.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Cli;

/// <summary>The commands against a database: what they leave there, and their exit codes.</summary>
public sealed class AdministrationTests(Databases databases) : IDisposable
{
    private static readonly Rooms Rooms = new(
        services => services.AddPlatform().AddPbx().AddAccess().AddCalls().AddCdr().AddActivity().AddQueues().AddAgents()
            .AddLists().AddDialer().AddForms().AddWebhooks().AddSoapContract([.. CallsSoap.Operations, .. QueuesSoap.Operations]), _ => { });

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("expand-cli-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_user_is_made_changed_in_what_is_given_and_removed()
    {
        var database = await DatabaseAsync();
        Assert.Equal(0, await RunAsync("users", "add", "mperez", "--name", "María Pérez", "--email", "m@example.com", "--agent", "110", "--generate-password"));
        await using (var db = Databases.Open(database))
        {
            var made = await db.Set<User>().SingleAsync(Ct);
            Assert.Equal(("María Pérez", "operador", Roles.Agent, "110", true), (made.FullName, made.Profile, made.Role, made.AgentNumber, made.IsAgent));
            Assert.NotNull(made.PasswordHash);
            Assert.Equal($"cli:{Environment.UserName}", (await db.Set<AuditEntry>().SingleAsync(Ct)).Actor);
        }

        Assert.Equal(0, await RunAsync("users", "change", "MPEREZ", "--agent", "none", "--supervisor", "true"));
        await using (var db = Databases.Open(database))
        {
            var changed = await db.Set<User>().SingleAsync(Ct);
            Assert.Equal(("María Pérez", "m@example.com", Roles.Supervisor, null, false), (changed.FullName, changed.Email, changed.Role, changed.AgentNumber, changed.IsAgent));
            Assert.NotNull(changed.PasswordHash);
        }

        Assert.Equal(0, await RunAsync("users", "list"));
        Assert.Equal(0, await RunAsync("users", "remove", "mperez"));
        await using (var db = Databases.Open(database))
        {
            var held = await db.Set<HeldNumber>().SingleAsync(Ct);
            Assert.Equal(("110", "mperez", "María Pérez"), (held.Number, held.UserName, held.FullName));
            Assert.NotNull(held.To);
        }
    }

    [Fact]
    public async Task A_queue_is_named_and_linked_and_a_reason_added()
    {
        var database = await DatabaseAsync();
        Assert.Equal(0, await RunAsync("users", "add", "acosta", "--agent", "101"));
        Assert.Equal(0, await RunAsync("queues", "name", "q_ventas", "Ventas"));
        Assert.Equal(0, await RunAsync("queues", "link", "q_ventas", "acosta", "--penalty", "4"));
        Assert.Equal(0, await RunAsync("queues", "list"));
        Assert.Equal(0, await RunAsync("pauses", "add", "1", "Almuerzo"));
        Assert.Equal(0, await RunAsync("pauses", "rename", "1", "Comida"));
        await using var db = Databases.Open(database);
        Assert.Equal("Ventas", (await db.Set<QueueSetting>().SingleAsync(Ct)).Description);
        var link = await db.Set<QueueAgent>().AsNoTracking().SingleAsync(Ct);
        Assert.Equal(("q_ventas", 4), (link.Queue, link.Penalty));
        Assert.Equal("Comida", (await db.Set<PauseReason>().SingleAsync(Ct)).Name);
        Assert.Equal(0, await RunAsync("queues", "unlink", "q_ventas", "acosta"));
        Assert.Equal(0, await RunAsync("pauses", "remove", "1"));
        Assert.False(await db.Set<QueueAgent>().AnyAsync(Ct));
        Assert.False(await db.Set<PauseReason>().AnyAsync(Ct));
    }

    [Fact]
    public async Task A_list_is_made_changed_shown_and_removed()
    {
        var database = await DatabaseAsync();
        Assert.Equal(0, await RunAsync("lists", "add", "cartera", "--alias", "Cartera"));
        Assert.Equal(0, await RunAsync("lists", "add", "cartera", "--range", "--description", "Por prefijo"));
        Assert.Equal(0, await RunAsync("lists", "change", "1", "--name", "clientes", "--description", "De SAP"));
        Assert.Matches(@"1  simple  clientes +Cartera  De SAP\n +2  range   cartera +cartera  Por prefijo", (await HearAsync("lists", "list")).Printed);
        Assert.Equal(1, await RunAsync("lists", "remove", "cartera"));
        Assert.Equal(0, await RunAsync("lists", "remove", "cartera", "--range"));
        await using var db = Databases.Open(database);
        Assert.Equal("clientes", (await db.Set<ValueList>().SingleAsync(Ct)).Name);
        Assert.Equal(4, await db.Set<AuditEntry>().CountAsync(a => a.Action.StartsWith("list."), Ct));
    }

    [Fact]
    public async Task A_form_is_defined_by_a_file_shown_and_removed()
    {
        var database = await DatabaseAsync();
        var file = Path.Combine(folder.FullName, "encuesta.json");
        await File.WriteAllTextAsync(file, """{"name":"encuesta","title":"Encuesta","queues":["q_ventas"],"fields":[{"name":"nota","label":"Nota","kind":"number"}]}""", Ct);
        Assert.Equal(0, await RunAsync("forms", "define", file));
        Assert.Equal(0, await RunAsync("forms", "define", file));
        Assert.Matches("1  encuesta +Encuesta  fields: nota  queues: q_ventas  entries: 0", (await HearAsync("forms", "list")).Printed);
        await File.WriteAllTextAsync(file, """{"name":"encuesta","title":"Encuesta","fields":[{"name":"nota","label":"Nota","kind":"colour"}]}""", Ct);
        Assert.Equal(1, await RunAsync("forms", "define", file));
        await File.WriteAllTextAsync(file, """{"name":"encuesta","title":"Encuesta","fields":[]}""", Ct);
        Assert.Contains("fields", (await HearAsync("forms", "define", file)).Told, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("forms", "remove", "encuesta"));
        await using var db = Databases.Open(database);
        Assert.Equal(
            ["form.defined", "form.removed"],
            await db.Set<AuditEntry>().Where(a => a.Actor == $"cli:{Environment.UserName}").OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_key_is_printed_once_limited_and_revoked_and_the_server_does_as_the_commands_say()
    {
        var database = await DatabaseAsync();
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx);
        var (code, printed, told) = await HearAsync("keys", "add", "CRM de ventas", "--operation", "statusQueues", "originateCallStatus", "--rate", "50");
        Assert.Equal(0, code);
        var secret = Regex.Match(printed, "^[0-9a-f]{32}$", RegexOptions.Multiline).Value;
        Assert.Single(Regex.Matches(printed + told, secret));
        var id = int.Parse(Regex.Match(told, "key ([0-9]+) is made").Groups[1].Value, CultureInfo.InvariantCulture);
        await TakenAsync(host, "originateCallStatus", secret);
        Assert.Contains(">-1<", await host.SoapAsync("originateCallCancel", ("authorizedKey", secret), ("originatedID", "")), StringComparison.Ordinal);

        var (_, list, _) = await HearAsync("keys", "list");
        Assert.DoesNotContain(secret, list, StringComparison.Ordinal);
        Assert.Matches($@"{id}  {secret[..6]}…  in force  .*CRM de ventas  operations: statusQueues originateCallStatus  rate: 50/s", list);

        Assert.Equal(0, (await HearAsync("keys", "limit", $"{id}", "--address", "203.0.113.0/24")).Code);
        Assert.Matches($@"{id}  {secret[..6]}…  in force  .*CRM de ventas  addresses: 203\.0\.113\.0/24\s", (await HearAsync("keys", "list")).Printed);
        await RefusedAsync(host, "originateCallStatus", secret);
        Assert.Equal(0, (await HearAsync("keys", "limit", $"{id}", "--description", "CRM")).Code);
        await TakenAsync(host, "originateCallStatus", secret);

        Assert.Equal(0, (await HearAsync("keys", "revoke", $"{id}")).Code);
        await RefusedAsync(host, "originateCallStatus", secret);
        Assert.Matches($@"{id}  {secret[..6]}…  revoked \d{{4}}-\d\d-\d\d .*  CRM\s", (await HearAsync("keys", "list")).Printed);
        await using var db = Databases.Open(database);
        Assert.Equal(
            ["key.created", "key.limited", "key.limited", "key.revoked"],
            await db.Set<AuditEntry>().Where(a => a.Actor == $"cli:{Environment.UserName}").OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_credential_is_printed_once_changed_in_what_is_given_given_another_password_and_revoked()
    {
        var database = await DatabaseAsync();
        var (code, password, told) = await HearAsync("credentials", "add", "Crm", "CRM de ventas", "--scope", "lists", "events", "--rate", "50");
        Assert.Equal(0, code);
        Assert.Matches("^[a-zA-Z2-9]{32}$", password.Trim());
        Assert.DoesNotContain(password.Trim(), told, StringComparison.Ordinal);
        Assert.Equal(0, (await HearAsync("credentials", "change", "crm", "--address", "10.0.0.0/8", "--no-rate")).Code);
        var (_, list, _) = await HearAsync("credentials", "list");
        Assert.Matches(@"Crm +in force  0 calls, never used  CRM de ventas  scopes: lists events  addresses: 10\.0\.0\.0/8\s", list);
        Assert.DoesNotContain(password.Trim(), list, StringComparison.Ordinal);
        var (_, another, _) = await HearAsync("credentials", "password", "CRM");
        Assert.NotEqual(password, another);
        Assert.Equal(0, (await HearAsync("credentials", "revoke", "crm")).Code);
        Assert.Equal(0, (await HearAsync("credentials", "add", "crm", "ERP")).Code);
        Assert.Matches(@"(?s)crm +in force .*ERP  scopes: dialer lists .*Crm +revoked", (await HearAsync("credentials", "list")).Printed);
        await using var db = Databases.Open(database);
        Assert.Equal(ApiCredential.HashOf(another.Trim()), (await db.Set<ApiCredential>().SingleAsync(c => c.Username == "Crm", Ct)).PasswordHash);
        Assert.Equal(
            ["credential.created", "credential.changed", "credential.password-made", "credential.revoked", "credential.created"],
            await db.Set<AuditEntry>().Where(a => a.Actor == $"cli:{Environment.UserName}").OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_webhook_is_made_tested_changed_given_another_secret_sent_to_again_and_removed()
    {
        var database = await DatabaseAsync();
        await using var receiver = await Receiver.StartAsync();
        var (code, secret, told) = await HearAsync("webhooks", "add", "CRM", receiver.Url, "--event", "agent.paused", "call.ended", "--queue", "q_ventas");
        Assert.Equal(0, code);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret.Trim());
        Assert.DoesNotContain(secret.Trim(), told, StringComparison.Ordinal);
        Assert.Equal(0, (await HearAsync("webhooks", "test", "crm")).Code);
        Assert.True(Assert.Single(receiver.Told).IsSignedBy(secret.Trim()));
        receiver.AnswerWith(500);
        var (refused, _, why) = await HearAsync("webhooks", "test", "1");
        Assert.Equal(1, refused);
        Assert.Contains("HTTP 500", why, StringComparison.Ordinal);
        Assert.Equal(0, (await HearAsync("webhooks", "change", "crm", "--description", "Ventas", "--all-queues", "--disable")).Code);
        Assert.Matches(@"1  CRM +off +0 waiting, 1 dead, last success .*events: agent\.paused call\.ended\s", (await HearAsync("webhooks", "list")).Printed);
        Assert.Matches(@"webhook\.test +Dead +1 attempts  HTTP 500 ", (await HearAsync("webhooks", "deliveries", "--webhook", "crm", "--state", "dead")).Printed);
        Assert.NotEqual(secret, (await HearAsync("webhooks", "rotate", "crm")).Printed);

        await using (var db = Databases.Open(database))
        {
            foreach (var (id, state) in new[] { ("a", DeliveryState.Delivered), ("b", DeliveryState.Dead) })
                db.Add(new Delivery { WebhookId = 1, EventId = id, Type = "call.ended", OccurredAt = DateTimeOffset.UtcNow, Body = "{}", State = state, Attempts = 1 });
            await db.SaveChangesAsync(Ct);
        }

        Assert.Contains("1 deliveries are sent again", (await HearAsync("webhooks", "replay", "--webhook", "crm", "--since", "2020-01-01", "--only-failed")).Told, StringComparison.Ordinal);
        Assert.Contains("1 deliveries are sent again", (await HearAsync("webhooks", "replay", "--webhook", "crm")).Told, StringComparison.Ordinal);
        Assert.Equal(0, (await HearAsync("webhooks", "remove", "crm")).Code);
        await using var left = Databases.Open(database);
        Assert.False(await left.Set<Delivery>().AnyAsync(Ct));
        Assert.Equal(
            ["created", "tested", "tested", "changed", "disabled", "rotated", "replayed", "replayed", "deleted"],
            (await left.Set<AuditEntry>().Where(a => a.Action.StartsWith("webhook.")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct)).Select(a => a["webhook.".Length..]));
    }

    [Theory]
    [InlineData(1, "webhooks", "add", "CRM", "ftp://crm/")]
    [InlineData(1, "webhooks", "add", "CRM", "http://crm/", "--event", "agent.married")]
    [InlineData(1, "webhooks", "rotate", "nadie")]
    [InlineData(1, "webhooks", "replay", "--since", "2020-01-01")]
    [InlineData(1, "webhooks", "deliveries", "--since", "ayer")]
    [InlineData(1, "users", "add", "mal nombre")]
    [InlineData(1, "users", "change", "nadie")]
    [InlineData(1, "users", "remove", "nadie")]
    [InlineData(1, "queues", "link", "q_ventas", "nadie")]
    [InlineData(1, "queues", "name", "q ventas", "x")]
    [InlineData(1, "pauses", "add", "1", "a|b")]
    [InlineData(1, "pauses", "remove", "1")]
    [InlineData(1, "lists", "add", "123")]
    [InlineData(1, "lists", "change", "nadie", "--alias", "x")]
    [InlineData(1, "forms", "define", "no-such-file.json")]
    [InlineData(1, "forms", "remove", "encuesta")]
    [InlineData(1, "keys", "add", "CRM", "--operation", "noSuch")]
    [InlineData(1, "keys", "add", " ")]
    [InlineData(1, "keys", "limit", "9", "--address", "nonsense")]
    [InlineData(1, "keys", "limit", "9")]
    [InlineData(1, "keys", "revoke", "9")]
    [InlineData(1, "credentials", "add", "a:b", "CRM")]
    [InlineData(1, "credentials", "add", "crm", "CRM", "--scope", "todo")]
    [InlineData(1, "credentials", "revoke", "nadie")]
    [InlineData(1, "credentials", "password", "nadie")]
    [InlineData(2, "keys", "revoke", "x")]
    [InlineData(2, "pauses", "add", "1")]
    [InlineData(2, "users", "add", "x", "--password=secret")]
    public async Task What_is_refused_has_an_exit_code_and_leaves_nothing(int code, params string[] command)
    {
        var database = await DatabaseAsync();
        Assert.Equal(code, await RunAsync(command));
        await using var db = Databases.Open(database);
        Assert.False(await db.Set<AuditEntry>().AnyAsync(Ct));
    }

    private string SettingsFile => Path.Combine(folder.FullName, "expand.json");

    private async Task<string> DatabaseAsync()
    {
        var database = await databases.NewAsync();
        await File.WriteAllTextAsync(SettingsFile, JsonSerializer.Serialize(new
        {
            ConnectionStrings = new { Expand = database },
            Pbx = new { Host = "127.0.0.1", Username = "expand", Secret = "unused" },
        }), Ct);
        return database;
    }

    /// <summary>The server sees the database's change within a second, by itself.</summary>
    private static Task TakenAsync(ServerHost host, string operation, string secret) => Eventually.TrueAsync(async () =>
        (await host.SoapAsync(operation, ("authorizedKey", secret), ("originatedID", ""))).Contains(">0<", StringComparison.Ordinal));

    private static Task RefusedAsync(ServerHost host, string operation, string secret) => Eventually.TrueAsync(async () =>
        (await host.SoapAsync(operation, ("authorizedKey", secret), ("originatedID", ""))).Contains(">-1<", StringComparison.Ordinal));

    /// <summary>Runs a command and hears what it prints and what it tells on standard error; only tests of this class print, and they take turns.</summary>
    private async Task<(int Code, string Printed, string Told)> HearAsync(params string[] command)
    {
        var (output, error) = (Console.Out, Console.Error);
        await using var printed = new StringWriter();
        await using var told = new StringWriter();
        Console.SetOut(printed);
        Console.SetError(told);
        try
        {
            return (await RunAsync(command), printed.ToString(), told.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private Task<int> RunAsync(params string[] command) =>
        CommandLine.RunAsync([.. command, "--config", SettingsFile, "--data", folder.FullName], Rooms);
}
