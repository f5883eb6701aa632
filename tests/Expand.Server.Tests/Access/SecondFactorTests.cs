using System.Security.Claims;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Access;

public sealed class SecondFactorTests(Databases databases)
{
    private const string Password = "a password of length";
    private static readonly UserForm Ana = new("acosta", "Ana Acosta", "", "administrador", true, false, "");
    private static readonly Actor Me = new("acosta", "10.0.0.9");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>RFC 6238, appendix B: SHA-1, the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    public void A_code_is_the_one_of_the_standard(long seconds, string code)
    {
        const string key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        Assert.Equal(code, TotpCode.Of(key, seconds / 30));
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(seconds / 30, TotpCode.StepOf(key, $" {code[..3]} {code[3..]}", at));
        Assert.Equal(seconds / 30, TotpCode.StepOf(key, code, at.AddSeconds(30)));
        Assert.Null(TotpCode.StepOf(key, code, at.AddSeconds(61)));
        Assert.Null(TotpCode.StepOf(key, code[1..], at));
    }

    [Fact]
    public async Task A_code_signs_in_once_and_neither_it_nor_an_earlier_one_again_on_any_host()
    {
        await using var world = await WorldAsync();
        await using var other = await ServerHost.StartAsync(world.Database, world.Pbx, "host-2", world.Clock);
        var key = await world.TurnOnAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        var (earlier, code) = (world.Code(key, -1), world.Code(key));
        Assert.Equal(SignInOutcome.Accepted, await EnterAsync(world.Host, code));
        Assert.Equal(SignInOutcome.Refused, await EnterAsync(world.Host, code));
        Assert.Equal(SignInOutcome.Refused, await EnterAsync(other, code));
        Assert.Equal(SignInOutcome.Refused, await EnterAsync(other, earlier));
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(SignInOutcome.Accepted, await EnterAsync(other, world.Code(key)));
        Assert.Equal(2, await world.AuditedAsync("signin.accepted", "password and authenticator code"));
    }

    [Fact]
    public async Task The_code_that_turned_it_on_does_not_sign_in()
    {
        await using var world = await WorldAsync();
        var key = await world.TurnOnAsync();
        Assert.Equal(SignInOutcome.Refused, await EnterAsync(world.Host, world.FirstCode));
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(SignInOutcome.Accepted, await EnterAsync(world.Host, world.Code(key)));
    }

    [Fact]
    public async Task Of_the_same_code_sent_many_times_at_once_one_is_accepted()
    {
        await using var world = await WorldAsync();
        var key = await world.TurnOnAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var code = world.Code(key);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => EnterAsync(world.Host, code)));
        Assert.Single(outcomes, o => o == SignInOutcome.Accepted);
    }

    [Fact]
    public async Task Wrong_codes_lock_the_user_out_also_for_the_right_one_and_the_password_in_between_does_not_help()
    {
        await using var world = await WorldAsync();
        var key = await world.TurnOnAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var attempt = 1; attempt <= AccessModule.FailuresAllowed; attempt++)
            Assert.Equal(attempt < AccessModule.FailuresAllowed ? SignInOutcome.Refused : SignInOutcome.LockedOut, await EnterAsync(world.Host, "000000x"));
        Assert.Equal(SignInOutcome.LockedOut, await EnterAsync(world.Host, world.Code(key)));
        Assert.NotNull((await world.Users.ListAsync(Ct)).Single().LockedUntil);

        Assert.Null(await world.Users.UnlockAsync(world.Id, Actor.System, Ct));
        Assert.Null((await world.Users.ListAsync(Ct)).Single().LockedUntil);
        Assert.Equal(SignInOutcome.Accepted, await EnterAsync(world.Host, world.Code(key)));
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once_and_is_nowhere_in_the_database()
    {
        await using var world = await WorldAsync();
        await world.TurnOnAsync();
        Assert.Equal(SecondFactor.RecoveryCodes, world.Codes.Count);
        Assert.Equal(SignInOutcome.Accepted, await EnterAsync(world.Host, world.Codes[3].ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal), recovery: true));
        Assert.Equal(SignInOutcome.Refused, await EnterAsync(world.Host, world.Codes[3], recovery: true));
        Assert.Equal(1, await world.AuditedAsync("second-factor.recovery-code-used", "left: 9"));
        Assert.Equal(9, (await world.AccountAsync(a => a.ShowAsync(world.Id, Ct)))!.RecoveryCodesLeft);
        await using var db = world.Db();
        var kept = string.Join('\n', await db.Set<IdentityUserToken<int>>().Select(t => t.Value).ToListAsync(Ct));
        Assert.All(world.Codes, code => Assert.DoesNotContain(code, kept, StringComparison.Ordinal));

        var renewed = await world.AccountAsync(a => a.NewCodesAsync(world.Id, Password, Me, Ct));
        Assert.Equal(SignInOutcome.Refused, await EnterAsync(world.Host, world.Codes[4], recovery: true));
        Assert.Equal(SignInOutcome.Accepted, await EnterAsync(world.Host, renewed.Value![0], recovery: true));
    }

    [Fact]
    public async Task A_password_that_was_changed_meanwhile_does_not_go_on_with_a_code()
    {
        await using var world = await WorldAsync();
        var key = await world.TurnOnAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await using var visit = new Visit(world.Host);
        Assert.Equal(SignInOutcome.CodeNeeded, await visit.SignIn.EnterAsync("acosta", Password, null, Ct));
        Assert.Null(await world.Users.SetPasswordAsync(world.Id, "another of good length", Actor.System, Ct));
        await using var second = new Visit(world.Host, visit);
        Assert.Equal(SignInOutcome.Expired, await second.SignIn.ConfirmAsync(world.Code(key), false, null, Ct));
    }

    [Fact]
    public async Task An_administrator_takes_away_what_was_lost_and_nothing_of_it_is_kept()
    {
        await using var world = await WorldAsync();
        await world.TurnOnAsync();
        Assert.True((await world.Users.ListAsync(Ct)).Single().HasSecondFactor);
        Assert.Null(await world.Users.RemoveSecondFactorAsync(world.Id, Actor.System, Ct));
        Assert.Equal(FailureKind.Conflict, (await world.Users.RemoveSecondFactorAsync(world.Id, Actor.System, Ct))!.Kind);
        await using var visit = new Visit(world.Host);
        Assert.Equal(SignInOutcome.Accepted, await visit.SignIn.EnterAsync("acosta", Password, null, Ct));
        await using var db = world.Db();
        Assert.Empty(await db.Set<IdentityUserToken<int>>().ToListAsync(Ct));
        Assert.Equal(1, await db.Set<AuditEntry>().CountAsync(a => a.Action == "second-factor.removed", Ct));
        Assert.Equal(1, await world.AuditedAsync("signin.accepted", "password"));
    }

    [Fact]
    public async Task Changing_ones_account_needs_the_password_and_wrong_ones_lock_out()
    {
        await using var world = await WorldAsync();
        var account = (await world.AccountAsync(a => a.ShowAsync(world.Id, Ct)))!;
        var offer = await world.AccountAsync(a => Task.FromResult(a.Offer(account)));
        Assert.Contains(offer.Key, offer.Uri, StringComparison.Ordinal);
        Assert.Equal("code", (await world.AccountAsync(a => a.TurnOnAsync(world.Id, offer.Ticket, "12345", Password, Me, Ct))).Failure!.Field);
        Assert.Equal(FailureKind.Conflict, (await world.AccountAsync(a => a.TurnOnAsync(world.Id + 1, offer.Ticket, world.Code(offer.Key), Password, Me, Ct))).Failure!.Kind);
        Assert.Equal("current", (await world.AccountAsync(a => a.TurnOnAsync(world.Id, offer.Ticket, world.Code(offer.Key), "no", Me, Ct))).Failure!.Field);
        Assert.Equal("current", (await world.AccountAsync(a => a.TurnOffAsync(world.Id, "no", Me, Ct)))!.Field);
        Assert.Equal("password", (await world.AccountAsync(a => a.ChangePasswordAsync(world.Id, Password, Password, Me, Ct)))!.Field);
        Assert.Equal("password", (await world.AccountAsync(a => a.ChangePasswordAsync(world.Id, Password, "short", Me, Ct)))!.Field);
        Assert.Null(await world.AccountAsync(a => a.ChangePasswordAsync(world.Id, Password, "another of good length", Me, Ct)));
        await using var db = world.Db();
        Assert.Equal(1, await db.Set<AuditEntry>().CountAsync(a => a.Action == "account.password-changed" && a.Actor == "acosta", Ct));

        for (var attempt = 0; attempt < AccessModule.FailuresAllowed; attempt++)
            Assert.Equal("current", (await world.AccountAsync(a => a.ChangePasswordAsync(world.Id, "no", "yet another of length", Me, Ct)))!.Field);
        Assert.Equal(FailureKind.Conflict, (await world.AccountAsync(a => a.ChangePasswordAsync(world.Id, "another of good length", "yet another of length", Me, Ct)))!.Kind);
        await using var visit = new Visit(world.Host);
        Assert.Equal(SignInOutcome.LockedOut, await visit.SignIn.EnterAsync("acosta", "another of good length", null, Ct));
    }

    [Fact]
    public async Task The_session_that_changes_a_password_goes_on_and_every_other_one_ends()
    {
        await using var world = await WorldAsync();
        await using var mine = new Visit(world.Host);
        await using var other = new Visit(world.Host);
        Assert.Equal(SignInOutcome.Accepted, await mine.SignIn.EnterAsync("acosta", Password, null, Ct));
        Assert.Equal(SignInOutcome.Accepted, await other.SignIn.EnterAsync("acosta", Password, null, Ct));
        await using var changing = new Visit(world.Host, mine);
        Assert.Null(await changing.Account.ChangePasswordAsync(world.Id, Password, "another of good length", Me, Ct));
        world.Clock.Advance(SessionStamps.AskedEvery + TimeSpan.FromSeconds(5));
        await using var mineLater = new Visit(world.Host, changing);
        await using var otherLater = new Visit(world.Host, other);
        Assert.True(await mineLater.IsSignedInAsync());
        Assert.False(await otherLater.IsSignedInAsync());
    }

    /// <summary>The password, and then the code, as the two pages do it.</summary>
    private static async Task<SignInOutcome> EnterAsync(ServerHost host, string code, bool recovery = false)
    {
        await using var first = new Visit(host);
        var outcome = await first.SignIn.EnterAsync("acosta", Password, "10.0.0.9", Ct);
        if (outcome != SignInOutcome.CodeNeeded) return outcome;
        Assert.False(await new Visit(host, first).IsSignedInAsync());
        await using var second = new Visit(host, first);
        Assert.True(await second.SignIn.IsCodeNeededAsync());
        outcome = await second.SignIn.ConfirmAsync(code, recovery, "10.0.0.9", Ct);
        await using var third = new Visit(host, second);
        Assert.Equal(outcome == SignInOutcome.Accepted, await third.IsSignedInAsync());
        return outcome;
    }

    private async Task<World> WorldAsync()
    {
        var (database, pbx, clock) = (await databases.NewAsync(), new ScriptedPbx(), new SetClock());
        var host = await ServerHost.StartAsync(database, pbx, clock: clock);
        var id = (await host.Get<Users>().CreateAsync(Ana, Password, Actor.System, Ct)).Value;
        return new World(database, pbx, host, clock, id);
    }

    private sealed class World(string database, ScriptedPbx pbx, ServerHost host, SetClock clock, int id) : IAsyncDisposable
    {
        public string Database => database;

        public ScriptedPbx Pbx => pbx;

        public ServerHost Host => host;

        public SetClock Clock => clock;

        public int Id => id;

        public IReadOnlyList<string> Codes { get; private set; } = [];

        /// <summary>The code that turned the second factor on.</summary>
        public string FirstCode { get; private set; } = "";

        public Users Users => host.Get<Users>();

        public ExpandDb Db() => host.Get<IDbContextFactory<ExpandDb>>().CreateDbContext();

        public string Code(string key, int steps = 0) => TotpCode.Of(key, clock.GetUtcNow().ToUnixTimeSeconds() / 30 + steps);

        public async Task<T> AccountAsync<T>(Func<OwnAccount, Task<T>> ask)
        {
            await using var visit = new Visit(host);
            return await ask(visit.Account);
        }

        /// <summary>Turns the second factor on and returns its secret.</summary>
        public async Task<string> TurnOnAsync()
        {
            var account = (await AccountAsync(a => a.ShowAsync(id, Ct)))!;
            var offer = await AccountAsync(a => Task.FromResult(a.Offer(account)));
            FirstCode = Code(offer.Key);
            var made = await AccountAsync(a => a.TurnOnAsync(id, offer.Ticket, FirstCode, Password, Me, Ct));
            Assert.Null(made.Failure);
            Codes = made.Value!;
            return offer.Key;
        }

        public async Task<int> AuditedAsync(string action, string detail)
        {
            await using var db = Db();
            return await db.Set<AuditEntry>().CountAsync(a => a.Action == action && a.Detail == detail, Ct);
        }

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            await pbx.DisposeAsync();
        }
    }

    /// <summary>The true time, moved on to the beginning of a code's half minute: what a test does at once is within one.</summary>
    private sealed class SetClock : TimeProvider
    {
        private TimeSpan moved = TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(System.GetUtcNow().Ticks % TimeSpan.FromSeconds(30).Ticks);

        public void Advance(TimeSpan by) => moved += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + moved;
    }

    /// <summary>One request of a browser, with the cookies that an earlier one left.</summary>
    private sealed class Visit : IAsyncDisposable
    {
        private readonly AsyncServiceScope scope;
        private readonly DefaultHttpContext http;
        private readonly Dictionary<string, string> cookies;

        public Visit(ServerHost host, Visit? before = null)
        {
            scope = host.Scope();
            cookies = before?.CookiesAfter() ?? [];
            http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            http.Request.Headers.Cookie = string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}"));
        }

        public SignIn SignIn => Of<SignIn>();

        public OwnAccount Account => Of<OwnAccount>();

        public async Task<bool> IsSignedInAsync()
        {
            Of<IHttpContextAccessor>();
            var result = await http.AuthenticateAsync(IdentityConstants.ApplicationScheme);
            return result.Principal?.FindFirstValue(ClaimTypes.Name) == "acosta";
        }

        public ValueTask DisposeAsync() => scope.DisposeAsync();

        private T Of<T>() where T : notnull
        {
            var accessor = scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>();
            accessor.HttpContext = http;
            return scope.ServiceProvider.GetRequiredService<T>();
        }

        private Dictionary<string, string> CookiesAfter()
        {
            var after = new Dictionary<string, string>(cookies);
            foreach (var set in http.Response.Headers.SetCookie)
            {
                var (name, value) = (set!.Split('=', 2)[0], set.Split('=', 2)[1].Split(';')[0]);
                if (value.Length == 0) after.Remove(name);
                else after[name] = value;
            }

            return after;
        }
    }
}
