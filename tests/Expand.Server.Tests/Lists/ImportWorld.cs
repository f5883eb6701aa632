using System.Text;
using Expand.Server.Access;
using Expand.Server.Lists;
using Expand.Server.Lists.Imports;
using Expand.Server.Platform.Files;
using Expand.Server.Lists.Pages;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Tests.Lists;

/// <summary>Imports into lists of a server, and what the lists have afterwards.</summary>
internal sealed class ImportWorld(ListsDesk desk)
{
    public static readonly Actor Admin = new("admin", "127.0.0.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ListImports Imports => desk.Host.Get<ListImports>();

    public async Task<ValueList> NewAsync(ListKind kind)
    {
        var name = $"importada-{Guid.NewGuid():N}";
        await desk.ListAsync(kind, name);
        return (await desk.Lists.FindAsync(kind, new ListAddress(name), Ct)).Value!;
    }

    public static Task<UploadedFile> FileAsync(string text, Encoding? encoding = null)
    {
        encoding ??= Encoding.UTF8;
        return UploadedFile.ReceiveAsync("clientes.csv", new MemoryStream([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]), _ => Task.CompletedTask, Ct);
    }

    /// <summary>Begins an import of a file as it is guessed to be.</summary>
    public async Task<ListImport> StartAsync(ValueList list, UploadedFile file, ImportMode mode)
    {
        var shape = await file.GuessAsync(ListColumns.CountOf(list.Kind), ListColumns.IsTitle, Ct);
        var titles = shape.HasHeading ? file.Rows(shape).First().Fields : null;
        var started = Imports.Start(new ImportPlan(list, shape, ListColumns.Guess(list.Kind, titles), mode, Admin), file);
        Assert.Null(started.Failure);
        return started.Value!;
    }

    public async Task<ListImport> ImportAsync(ValueList list, string text, ImportMode mode = ImportMode.Overwrite)
    {
        var import = await StartAsync(list, await FileAsync(text), mode);
        await EndAsync(import);
        return import;
    }

    public static async Task EndAsync(ListImport import)
    {
        while (import.State == ImportState.Running) await Task.Delay(10, Ct);
    }

    /// <summary>The elements in the order of their keys, such as <c>key=value</c> or <c>from-to=value</c>.</summary>
    public async Task<IReadOnlyList<string>> ElementsAsync(ValueList list)
    {
        var page = await desk.Host.Get<ListBrowsing>().PageAsync(list, new ListSearch("", ""), null, 100_000, Ct);
        return [.. page.Rows.Select(r => r.To.Length == 0 ? $"{r.Key}={r.Value}" : $"{r.Key}-{r.To}={r.Value}")];
    }

    /// <summary>The list as it is exported.</summary>
    public async Task<string> ExportAsync(ValueList list)
    {
        await using var scope = desk.Host.Scope();
        var services = scope.ServiceProvider;
        var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = services };
        http.Response.Body = body;
        await ListFiles.Table(
            list, services.GetRequiredService<SimpleElements>(), services.GetRequiredService<RangeElements>(), services.GetRequiredService<IStringLocalizer<ListText>>(), Ct)
            .ExecuteAsync(http);
        return Encoding.UTF8.GetString(body.ToArray()).TrimStart('\uFEFF');
    }

    public async Task<IReadOnlyList<(string Action, string? Detail)>> AuditedAsync(ValueList list)
    {
        await using var db = Databases.Open(desk.Database);
        var found = await db.Set<AuditEntry>().Where(a => a.Subject.EndsWith($" list {list.Name}") && a.Action != "list.added").OrderBy(a => a.Id).ToListAsync(Ct);
        return [.. found.Select(a => (a.Action, a.Detail))];
    }
}
