using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Cli;

/// <summary><c>expand credentials</c>: API credentials made, listed, changed and revoked from the shell.</summary>
internal static class CredentialsCommand
{
    private static readonly Argument<string> Username = new("username") { Description = "The credential's username" };
    private static readonly Argument<string> Description = new("description") { Description = "The system that uses the credential" };
    private static readonly Option<string?> NewDescription = new("--description") { Description = "A new description" };
    private static readonly Option<string[]> Scopes = new("--scope")
    { Description = $"Only this scope (repeat for more): {string.Join(", ", ApiCredential.AllScopes)}", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<string[]> Addresses = new("--address") { Description = "Only from this address or network (repeat for more)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> AnyAddress = new("--any-address") { Description = "From any address" };
    private static readonly Option<int?> Rate = new("--rate") { Description = "Calls per second and host" };
    private static readonly Option<bool> NoRate = new("--no-rate") { Description = "Any number of calls" };

    public static Command Make(Rooms rooms)
    {
        var add = new Command("add", "Makes a credential and prints its password, this once; without --scope it has every scope")
            { Username, Description, Scopes, Addresses, Rate };
        add.SetAction((parsed, ct) => WithCredentials(parsed, rooms, (credentials, _) => AddAsync(credentials, parsed, ct), ct));
        var list = new Command("list", "Lists the credentials");
        list.SetAction((parsed, ct) => WithCredentials(parsed, rooms, (credentials, time) => ListAsync(credentials, time, ct), ct));
        var change = new Command("change", "Changes what is given, and leaves the rest") { Username, NewDescription, Scopes, Addresses, AnyAddress, Rate, NoRate };
        change.SetAction((parsed, ct) => WithOne(parsed, rooms, (credentials, one) => ChangeAsync(credentials, one, parsed, ct), ct));
        var password = new Command("password", "Makes another password and prints it, this once; the one before ends") { Username };
        password.SetAction((parsed, ct) => WithOne(parsed, rooms, (credentials, one) => NewPasswordAsync(credentials, one, ct), ct));
        var revoke = new Command("revoke", "Takes a credential out of force, on every host within a second") { Username };
        revoke.SetAction((parsed, ct) => WithOne(parsed, rooms, async (credentials, one) =>
            Administration.Told(await credentials.RevokeAsync(one.Id, Actor.CommandLine, ct), $"credential {one.Username} is revoked"), ct));
        return new Command("credentials", "Users and passwords of the REST API") { add, list, change, password, revoke };
    }

    private static Task<int> WithCredentials(ParseResult parsed, Rooms rooms, Func<ApiCredentials, LocalTime, Task<int>> act, CancellationToken ct) =>
        Administration.RunAsync(parsed, rooms, services => act(services.GetRequiredService<ApiCredentials>(), services.GetRequiredService<LocalTime>()), ct);

    /// <summary>Finds the credential in force that is named.</summary>
    private static Task<int> WithOne(ParseResult parsed, Rooms rooms, Func<ApiCredentials, CredentialRow, Task<int>> act, CancellationToken ct) =>
        WithCredentials(parsed, rooms, async (credentials, _) =>
        {
            var username = parsed.GetValue(Username)!;
            var one = (await credentials.ListAsync(ct)).FirstOrDefault(c => c.RevokedAt is null && c.Username.Equals(username, StringComparison.OrdinalIgnoreCase));
            return one is null ? Administration.Told(Failure.NotFound($"credential {username}"), "") : await act(credentials, one);
        }, ct);

    private static async Task<int> AddAsync(ApiCredentials credentials, ParseResult parsed, CancellationToken ct)
    {
        var scopes = parsed.GetValue(Scopes) is { Length: > 0 } given ? given : ApiCredential.AllScopes;
        var form = new CredentialForm(parsed.GetValue(Description)!, scopes, parsed.GetValue(Addresses) ?? [], parsed.GetValue(Rate));
        var made = await credentials.CreateAsync(parsed.GetValue(Username)!, form, Actor.CommandLine, ct);
        if (made.Failure is { } failure) return Administration.Told(failure, "");
        return Show(made.Value!.Password, $"credential {made.Value.Username} is made; its password is not shown again");
    }

    private static async Task<int> ChangeAsync(ApiCredentials credentials, CredentialRow one, ParseResult parsed, CancellationToken ct)
    {
        var form = new CredentialForm(
            parsed.GetValue(NewDescription) ?? one.Description,
            parsed.GetValue(Scopes) is { Length: > 0 } scopes ? scopes : one.Scopes,
            parsed.GetValue(AnyAddress) ? [] : parsed.GetValue(Addresses) is { Length: > 0 } addresses ? addresses : one.Addresses,
            parsed.GetValue(NoRate) ? null : parsed.GetValue(Rate) ?? one.RatePerSecond);
        return Administration.Told(await credentials.ChangeAsync(one.Id, form, Actor.CommandLine, ct), $"credential {one.Username} is changed");
    }

    private static async Task<int> NewPasswordAsync(ApiCredentials credentials, CredentialRow one, CancellationToken ct)
    {
        var made = await credentials.NewPasswordAsync(one.Id, Actor.CommandLine, ct);
        return made.Failure is { } failure ? Administration.Told(failure, "") : Show(made.Value!, $"credential {one.Username} has another password; it is not shown again");
    }

    private static async Task<int> ListAsync(ApiCredentials credentials, LocalTime time, CancellationToken ct)
    {
        foreach (var one in await credentials.ListAsync(ct))
        {
            var state = one.RevokedAt is { } at ? $"revoked {time.Format(at)}" : "in force";
            var used = one.LastUsedAt is { } last ? $"last used {time.Format(last)} from {one.LastAddress}" : "never used";
            Console.WriteLine($"{one.Username,-20}  {state}  {one.Calls} calls, {used}  {one.Description}{Limits(one)}");
        }

        return 0;
    }

    private static string Limits(CredentialRow one) => string.Concat(
        $"  scopes: {string.Join(' ', one.Scopes)}",
        one.Addresses.Length > 0 ? $"  addresses: {string.Join(' ', one.Addresses)}" : "",
        one.RatePerSecond is { } rate ? $"  rate: {rate}/s" : "");

    private static int Show(string password, string done)
    {
        Console.WriteLine(password);
        return Administration.Told(null, done);
    }
}
