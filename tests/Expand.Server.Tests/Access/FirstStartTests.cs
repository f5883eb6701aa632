using System.Text.Json;
using Expand.Server.Access;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Access;

public sealed class FirstStartTests(Databases databases) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("expand-first-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_first_start_makes_an_administrator_a_key_and_a_credential_that_all_work_and_whose_file_is_its_owners_alone()
    {
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await StartAsync(host);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FirstStart.FileIn(folder.FullName)));
        var made = Read();
        Assert.Equal("http://127.0.0.1:8080", made["url"]);
        Assert.NotNull(host.Get<KeyDirectory>().Find(made["authorizedKey"]));
        await using var scope = host.Scope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var admin = (await users.FindByNameAsync(made["adminUser"]))!;
        Assert.True(await users.CheckPasswordAsync(admin, made["adminPassword"]));
        Assert.Equal(Roles.Administrator, admin.Role);
        var credential = host.Get<CredentialDirectory>().Find(made["apiUser"])!;
        Assert.True(credential.Accepts(System.Text.Encoding.UTF8.GetBytes(made["apiPassword"])));
        Assert.All(ApiCredential.AllScopes, s => Assert.True(credential.Has(s)));
    }

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await StartAsync(host);
        var first = await File.ReadAllTextAsync(FirstStart.FileIn(folder.FullName), Ct);
        await StartAsync(host);
        Assert.Equal(first, await File.ReadAllTextAsync(FirstStart.FileIn(folder.FullName), Ct));
        Assert.Single(await host.Get<AuthorizedKeys>().ListAsync(Ct));
    }

    [Fact]
    public async Task A_first_start_that_was_cut_short_is_begun_again_and_leaves_no_key_that_nobody_knows()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx);
        await StartAsync(host);
        var lost = Read()["authorizedKey"];
        await using (var db = Databases.Open(database)) await db.Set<User>().ExecuteDeleteAsync(Ct);
        await StartAsync(host);
        var made = Read();
        Assert.NotEqual(lost, made["authorizedKey"]);
        Assert.Equal("api", made["apiUser"]);
        Assert.True(host.Get<CredentialDirectory>().Find("api")!.Accepts(System.Text.Encoding.UTF8.GetBytes(made["apiPassword"])));
        Assert.Null(host.Get<KeyDirectory>().Find(lost));
        Assert.NotNull(host.Get<KeyDirectory>().Find(made["authorizedKey"]));
        Assert.Single(await host.Get<AuthorizedKeys>().ListAsync(Ct), k => k.RevokedAt is null);
    }

    [Fact]
    public async Task A_credential_that_an_administrator_made_before_the_first_start_stays()
    {
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var mine = (await host.Get<ApiCredentials>().CreateAsync("API", new("CRM", ["lists"], [], null), Actor.CommandLine, Ct)).Value!;
        await StartAsync(host);
        Assert.Equal("api2", Read()["apiUser"]);
        Assert.Equal(mine.Id, host.Get<CredentialDirectory>().Find("api")!.Id);
    }

    [Fact]
    public async Task Hosts_that_start_together_make_one_administrator()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx();
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        await Task.WhenAll(StartAsync(first), StartAsync(second));
        await using var db = Databases.Open(database);
        Assert.Equal(1, await db.Set<User>().CountAsync(Ct));
        Assert.Equal(1, await db.Set<AuthorizedKey>().CountAsync(Ct));
        Assert.NotNull(first.Get<KeyDirectory>().Find(Read()["authorizedKey"]) ?? second.Get<KeyDirectory>().Find(Read()["authorizedKey"]));
    }

    private async Task StartAsync(ServerHost host)
    {
        await using var scope = host.Scope();
        await scope.ServiceProvider.GetRequiredService<FirstStart>().RunAsync(folder.FullName, "http://127.0.0.1:8080", Ct);
    }

    private Dictionary<string, string> Read() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(FirstStart.FileIn(folder.FullName)))!;
}
