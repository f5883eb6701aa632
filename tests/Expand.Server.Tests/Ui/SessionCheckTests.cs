using System.Security.Claims;
using Expand.Server.Access;
using Expand.Server.Tests.Host;
using Expand.Server.Ui;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Tests.Ui;

/// <summary>What an open page is told each minute.</summary>
public sealed class SessionCheckTests(Databases databases)
{
    private static readonly UserForm Admin = new("admin", "Administrador", "", "administrador", true, false, "");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_page_stays_open_while_PostgreSQL_is_stopped_and_goes_on_afterwards()
    {
        await using var postgres = await Databases.PrivateAsync();
        var database = await postgres.NewDatabaseAsync();
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx);
        var signedIn = await SignedInAsync(host, Admin);
        var outage = postgres.StopForAsync(TimeSpan.FromSeconds(4), Ct);
        await Eventually.TrueAsync(async () => !await AnswersAsync(database));
        Assert.True(await Check(host).MayGoOnAsync(signedIn));
        Assert.False(await AnswersAsync(database));
        await outage;
        Assert.True(await Check(host).MayGoOnAsync(signedIn));
    }

    [Fact]
    public async Task An_open_page_ends_with_its_user_or_another_password_or_role()
    {
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var users = host.Get<Users>();
        Assert.Null((await users.CreateAsync(Admin, "a password of length", Actor.System, Ct)).Failure);
        foreach (var end in (Func<int, Task<Expand.Server.Platform.Failure?>>[])
            [
                id => users.DeleteAsync(id, Actor.System, Ct),
                id => users.SetPasswordAsync(id, "another of good length", Actor.System, Ct),
                id => users.ChangeAsync(id, Admin with { Username = $"user{id}", Profile = "supervisor" }, Actor.System, Ct),
            ])
        {
            var signedIn = await SignedInAsync(host, Admin with { Username = $"root{Guid.NewGuid():N}" });
            Assert.True(await Check(host).MayGoOnAsync(signedIn));
            Assert.Null(await end(int.Parse(signedIn.FindFirstValue(ClaimTypes.NameIdentifier)!, System.Globalization.CultureInfo.InvariantCulture)));
            Assert.False(await Check(host).MayGoOnAsync(signedIn));
        }
    }

    private static SessionCheck Check(ServerHost host) =>
        new(NullLoggerFactory.Instance, host.Get<IServiceScopeFactory>(), host.Get<IOptions<IdentityOptions>>());

    private static async Task<ClaimsPrincipal> SignedInAsync(ServerHost host, UserForm form)
    {
        var id = (await host.Get<Users>().CreateAsync(form, "a password of length", Actor.System, Ct)).Value;
        await using var scope = host.Scope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().Users.SingleAsync(u => u.Id == id, Ct);
        return await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<User>>().CreateAsync(user);
    }

    private static async Task<bool> AnswersAsync(string database)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(Ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
