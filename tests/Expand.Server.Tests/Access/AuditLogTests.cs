using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Resources;
using System.Security.Claims;
using System.Text;
using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Access.Pages;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Access;

public sealed partial class AuditLogTests(Databases databases)
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly AuditSearch Everything = new(null, null, null, null, null);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_follow_each_other_newest_first_without_a_line_twice_or_lost_although_many_are_of_one_instant()
    {
        await using var world = await WorldAsync();
        await world.WriteAsync([.. Enumerable.Range(0, 25).Select(n => Line(Noon.AddSeconds(n / 10), $"key {n}"))]);
        var seen = new List<AuditRow>();
        AuditPage page;
        do
        {
            page = await world.Log.SearchAsync(Everything, seen.Count == 0 ? null : seen[^1].Place, 7, Ct);
            seen.AddRange(page.Rows);
            // What happens meanwhile moves nothing.
            await world.WriteAsync(Line(Noon.AddHours(1), "key new"));
        }
        while (page.HasOlder);
        Assert.Equal(25, seen.Count);
        Assert.Equal(seen.OrderByDescending(r => r.At).ThenByDescending(r => r.Id), seen);
        Assert.Equal(25, seen.Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public async Task Each_condition_narrows_the_search_and_a_text_is_taken_as_it_is_written()
    {
        await using var world = await WorldAsync();
        await world.WriteAsync(
            Line(Noon, "key 1 (abc…)", "key.created", "admin", "CRM de Ventas 100%"),
            Line(Noon.AddMinutes(1), "key 1 (abc…)", "key.revoked", "luis", null),
            Line(Noon.AddMinutes(2), "queue q_ventas", "queue.linked", "admin", "agent 101"));
        Assert.Equal(3, await CountAsync(world, Everything));
        Assert.Equal(2, await CountAsync(world, Everything with { Actor = "admin" }));
        Assert.Equal(1, await CountAsync(world, Everything with { Action = "key.revoked" }));
        Assert.Equal(1, await CountAsync(world, Everything with { From = Noon.AddSeconds(1), Before = Noon.AddMinutes(2) }));
        Assert.Equal(2, await CountAsync(world, Everything with { Text = "VENTAS" }));
        Assert.Equal(1, await CountAsync(world, Everything with { Text = "0%" }));
        Assert.Equal(1, await CountAsync(world, Everything with { Text = "q_v" }));
        Assert.Equal(0, await CountAsync(world, Everything with { Text = "qxv" }));
        Assert.Equal(3, await CountAsync(world, Everything with { Text = "10.1.2" }));
        Assert.Equal(["admin", "luis"], await world.Log.ActorsAsync(Ct));
        Assert.Equal(["key.created", "key.revoked", "queue.linked"], await world.Log.ActionsAsync(Ct));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("admin", null)]
    [InlineData(null, "key.revoked")]
    public async Task A_page_of_a_long_log_is_read_from_an_index_and_never_sorted(string? actor, string? action)
    {
        await using var world = await WorldAsync();
        await using var db = world.Db();
        await db.Database.ExecuteSqlRawAsync(
            """
            insert into audit (at, actor, address, action, subject, times)
            select now() - n * interval '1 second', case n % 1000 when 0 then 'admin' else '-' end, '10.0.0.1',
                case n % 1500 when 0 then 'key.revoked' else 'signin.refused' end, 'somebody', 1
            from generate_series(1, 100000) n
            """, Ct);
        await db.Database.ExecuteSqlRawAsync("analyze audit", Ct);
        // The question as the log asks it.
        var place = new AuditPlace(DateTimeOffset.UtcNow.AddHours(-1), 5);
        var plan = await ExplainedAsync(db, AuditLog.Older(AuditLog.Matching(db, Everything with { Actor = actor, Action = action }), place));
        Assert.Contains("Index Scan Backward", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.True((await world.Log.SearchAsync(Everything with { Actor = actor, Action = action }, null, 50, Ct)).HasOlder);
    }

    [Fact]
    public async Task The_export_holds_what_was_searched_for_in_words_and_is_for_administrators()
    {
        await using var world = await WorldAsync();
        await world.WriteAsync(Line(Noon, "key 1", "key.created", "admin", "=1+1"), Line(Noon.AddDays(2), "key 2", "key.created", "admin", null));
        var search = "desde=2026-05-04&hasta=2026-05-04";
        using var refused = await world.GetAsync(null, search);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        using var supervisor = await world.GetAsync(Roles.Supervisor, search);
        Assert.Equal(HttpStatusCode.Redirect, supervisor.StatusCode);
        using var answer = await world.GetAsync(Roles.Administrator, search);
        var lines = (await answer.Content.ReadAsStringAsync(Ct)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("key.created", lines[1], StringComparison.Ordinal);
        Assert.Contains("'=1+1", lines[1], StringComparison.Ordinal);
        using var excel = await world.GetAsync(Roles.Administrator, search + "&formato=xlsx");
        await using var zip = await ZipArchive.CreateAsync(await excel.Content.ReadAsStreamAsync(Ct), ZipArchiveMode.Read, false, null, Ct);
        Assert.Contains(zip.Entries, e => e.FullName.Contains("sheet1", StringComparison.Ordinal));
        using var wrong = await world.GetAsync(Roles.Administrator, "desde=ayer");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    /// <summary>
    /// Actions are found where they are written: texts of the form <c>a.b</c> in files that know who acts. A page has texts of that form for
    /// other things; there only what is given to the audit counts.
    /// </summary>
    [Fact]
    public void Every_action_of_the_audit_has_a_text_in_each_language()
    {
        var actions = Actions();
        Assert.Contains("user.password-removed", actions);
        Assert.Contains("signin.locked", actions);
        Assert.Contains("installation.demo", actions);
        var texts = new ResourceManager(typeof(AuditText));
        foreach (var language in new[] { CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("en") })
        {
            var known = texts.GetResourceSet(language, createIfNotExists: true, tryParents: false)!;
            Assert.DoesNotContain(actions, a => string.IsNullOrEmpty(known.GetString("action." + a)));
        }
    }

    private static HashSet<string> Actions()
    {
        var root = Path.Combine(WallTests.Root, "src", "Expand.Server");
        var found = new HashSet<string>();
        foreach (var file in Directory.EnumerateFiles(root, "*.*", SearchOption.AllDirectories).Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal)))
        {
            var parts = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            if (parts.Intersect(["obj", "bin", "Migrations"]).Any()) continue;
            var text = File.ReadAllText(file);
            if (!Acting().IsMatch(text)) continue;
            var isPage = parts.Contains("Pages") || parts[0] == "Ui";
            found.UnionWith((isPage ? Told() : Action()).Matches(text).Select(m => m.Groups["action"].Value));
        }

        return [.. found.Where(a => !a.EndsWith(".json", StringComparison.Ordinal))];
    }

    [GeneratedRegex(@"\b(Actor|AuditEntry|AuditTrail|RefusalAudit)\b")]
    private static partial Regex Acting();

    [GeneratedRegex("(?<!\\w)\"(?<action>[a-z][a-z-]*\\.[a-z][a-z-]+)\"")]
    private static partial Regex Action();

    [GeneratedRegex("(\\bWriteAsync|\\.Refused|AuditEntry\\.Of)\\([^;]*?\"(?<action>[a-z][a-z-]*\\.[a-z][a-z-]+)\"")]
    private static partial Regex Told();

    private static async Task<int> CountAsync(World world, AuditSearch search)
    {
        var read = 0;
        await foreach (var _ in world.Log.ReadAsync(search, Ct)) read++;
        Assert.Equal(read, (await world.Log.SearchAsync(search, null, 100, Ct)).Rows.Count);
        return read;
    }

    private static async Task<string> ExplainedAsync(ExpandDb db, IQueryable<AuditEntry> entries)
    {
        await using var command = AuditLog.Rows(entries).Take(51).CreateDbCommand();
        command.CommandText = "explain " + command.CommandText;
        await db.Database.OpenConnectionAsync(Ct);
        await using var rows = await command.ExecuteReaderAsync(Ct);
        var plan = new StringBuilder();
        while (await rows.ReadAsync(Ct)) plan.AppendLine(rows.GetString(0));
        return plan.ToString();
    }

    private static AuditEntry Line(DateTimeOffset at, string subject, string action = "key.created", string actor = "admin", string? detail = null) =>
        AuditEntry.Of(at, new Actor(actor, "10.1.2.3"), action, subject, detail);

    private async Task<World> WorldAsync()
    {
        var pbx = new ScriptedPbx();
        var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, map: Doors);
        var world = new World(pbx, host);
        await using var db = world.Db();
        await db.Set<AuditEntry>().ExecuteDeleteAsync(Ct);
        return world;
    }

    /// <summary>The room's doors, and one that makes a session of a role.</summary>
    private static void Doors(WebApplication app)
    {
        app.MapAccess();
        app.MapGet("/session", (HttpContext http, string role) => http.SignInAsync(IdentityConstants.ApplicationScheme, new ClaimsPrincipal(
            new ClaimsIdentity([new Claim(ClaimTypes.Name, "somebody"), new Claim(ClaimTypes.Role, role)], "test"))));
    }

    private sealed class World(ScriptedPbx pbx, ServerHost host) : IAsyncDisposable
    {
        public AuditLog Log => host.Get<AuditLog>();

        public ExpandDb Db() => host.Get<IDbContextFactory<ExpandDb>>().CreateDbContext();

        public async Task WriteAsync(params AuditEntry[] lines)
        {
            await using var db = Db();
            db.AddRange(lines);
            await db.SaveChangesAsync(Ct);
        }

        public async Task<HttpResponseMessage> GetAsync(string? role, string query)
        {
            using var handler = new HttpClientHandler { AllowAutoRedirect = false };
            using var http = new HttpClient(handler) { BaseAddress = new Uri(host.Url) };
            if (role is not null) (await http.GetAsync(new Uri("/session?role=" + role, UriKind.Relative), Ct)).Dispose();
            return await http.GetAsync(new Uri($"{Auditoria.Address}/exportar?{query}", UriKind.Relative), Ct);
        }

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            await pbx.DisposeAsync();
        }
    }
}
