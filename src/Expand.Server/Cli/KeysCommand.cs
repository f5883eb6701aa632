using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Cli;

/// <summary><c>expand keys</c>: authorizedKeys made, listed, limited and revoked from the shell, by the same use cases as in the web UI.</summary>
internal static class KeysCommand
{
    private static readonly Argument<int> Id = new("id") { Description = "The key's number, as keys list shows it" };
    private static readonly Argument<string> Description = new("description") { Description = "The system that uses the key" };
    private static readonly Option<string?> NewDescription = new("--description") { Description = "A new description" };
    private static readonly Option<string[]> Operations = new("--operation") { Description = "Only this SOAP operation (repeat for more)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Addresses = new("--address") { Description = "Only from this address or network (repeat for more)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int?> Rate = new("--rate") { Description = "Calls per second and host" };

    public static Command Make(Rooms rooms)
    {
        var add = new Command("add", "Makes a key and prints it, this once") { Description, Operations, Addresses, Rate };
        add.SetAction((parsed, ct) => WithKeys(parsed, rooms, (keys, _) => AddAsync(keys, parsed, ct), ct));
        var list = new Command("list", "Lists the keys");
        list.SetAction((parsed, ct) => WithKeys(parsed, rooms, (keys, time) => ListAsync(keys, time, ct), ct));
        var limit = new Command("limit", "Sets what a key is limited to; what is not given has no limit then") { Id, NewDescription, Operations, Addresses, Rate };
        limit.SetAction((parsed, ct) => WithKeys(parsed, rooms, (keys, _) => LimitAsync(keys, parsed, ct), ct));
        var revoke = new Command("revoke", "Takes a key out of force, on every host within a second") { Id };
        revoke.SetAction((parsed, ct) => WithKeys(parsed, rooms, async (keys, _) =>
            Administration.Told(await keys.RevokeAsync(parsed.GetValue(Id), Actor.CommandLine, ct), $"key {parsed.GetValue(Id)} is revoked"), ct));
        return new Command("keys", "authorizedKeys of SOAP applications") { add, list, limit, revoke };
    }

    private static Task<int> WithKeys(ParseResult parsed, Rooms rooms, Func<AuthorizedKeys, LocalTime, Task<int>> act, CancellationToken ct) =>
        Administration.RunAsync(parsed, rooms, services => act(services.GetRequiredService<AuthorizedKeys>(), services.GetRequiredService<LocalTime>()), ct);

    private static async Task<int> AddAsync(AuthorizedKeys keys, ParseResult parsed, CancellationToken ct)
    {
        var made = await keys.CreateAsync(parsed.GetValue(Description)!, LimitsOf(parsed), Actor.CommandLine, ct);
        if (made.Failure is { } failure) return Administration.Told(failure, "");
        Console.WriteLine(made.Value!.Secret);
        Console.Error.WriteLine($"key {made.Value.Id} is made; it is not shown again");
        return 0;
    }

    private static async Task<int> LimitAsync(AuthorizedKeys keys, ParseResult parsed, CancellationToken ct)
    {
        var id = parsed.GetValue(Id);
        var description = parsed.GetValue(NewDescription) ?? (await keys.ListAsync(ct)).FirstOrDefault(k => k.Id == id)?.Description ?? "-";
        return Administration.Told(await keys.LimitAsync(id, description, LimitsOf(parsed), Actor.CommandLine, ct), $"key {id} is limited");
    }

    private static async Task<int> ListAsync(AuthorizedKeys keys, LocalTime time, CancellationToken ct)
    {
        foreach (var key in await keys.ListAsync(ct))
        {
            var state = key.RevokedAt is { } at ? $"revoked {time.Format(at)}" : "in force";
            var used = key.LastUsedAt is { } last ? $"last used {time.Format(last)} from {key.LastAddress}" : "never used";
            Console.WriteLine($"{key.Id,4}  {key.Prefix}…  {state}  {key.Calls} calls, {used}  {key.Description}{Limits(key)}");
        }

        return 0;
    }

    private static string Limits(KeyRow key) => string.Concat(
        key.Operations.Length > 0 ? $"  operations: {string.Join(' ', key.Operations)}" : "",
        key.Addresses.Length > 0 ? $"  addresses: {string.Join(' ', key.Addresses)}" : "",
        key.RatePerSecond is { } rate ? $"  rate: {rate}/s" : "");

    private static KeyLimits LimitsOf(ParseResult parsed) => new(parsed.GetValue(Operations) ?? [], parsed.GetValue(Addresses) ?? [], parsed.GetValue(Rate));
}
