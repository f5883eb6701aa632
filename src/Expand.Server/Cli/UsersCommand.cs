using System.CommandLine;
using Expand.Server.Access;

namespace Expand.Server.Cli;

/// <summary><c>expand users</c>: users made, listed, changed and removed from the shell, by the same use cases as in the web UI.</summary>
internal static class UsersCommand
{
    private static readonly Argument<string> Username = new("username") { Description = "The name to sign in with" };
    private static readonly Option<string?> FullName = new("--name") { Description = "The person's name" };
    private static readonly Option<string?> Email = new("--email") { Description = "E-mail address" };
    private static readonly Option<string?> Profile = new("--profile") { Description = "Profile, such as operador; administrador administers" };
    private static readonly Option<bool?> Supervisor = new("--supervisor") { Description = "Supervises agents (true or false)" };
    private static readonly Option<string?> Agent = new("--agent") { Description = "The agent's number, or none for a user who is no agent" };
    private static readonly Option<bool> AskPassword = new("--password") { Description = "Asks for a password, or reads it from standard input" };
    private static readonly Option<bool> NewPassword = new("--generate-password") { Description = "Makes a password and prints it, this once" };

    public static Command Make(Rooms rooms)
    {
        var add = new Command("add", "Makes a user; without a password one who cannot sign in to the web")
            { Username, FullName, Email, Profile, Supervisor, Agent, AskPassword, NewPassword };
        add.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => AddAsync(services, parsed, ct), ct));
        var list = new Command("list", "Lists the users");
        list.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => Task.FromResult(List(services)), ct));
        var change = new Command("change", "Changes what is given, and leaves the rest")
            { Username, FullName, Email, Profile, Supervisor, Agent, AskPassword, NewPassword };
        change.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => ChangeAsync(services, parsed, ct), ct));
        var remove = new Command("remove", "Deletes a user; reports of the past go on naming the person") { Username };
        remove.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => RemoveAsync(services, parsed, ct), ct));
        return new Command("users", "Users: agents, supervisors, administrators") { add, list, change, remove };
    }

    private static async Task<int> AddAsync(IServiceProvider services, ParseResult parsed, CancellationToken ct)
    {
        var username = parsed.GetValue(Username)!;
        var supervises = parsed.GetValue(Supervisor) ?? false;
        var number = Number(parsed) ?? "";
        var form = new UserForm(
            username, parsed.GetValue(FullName) ?? username, parsed.GetValue(Email) ?? "",
            parsed.GetValue(Profile) ?? (supervises ? "supervisor" : "operador"), supervises, number.Length > 0, number);
        var password = PasswordOf(parsed);
        var made = await services.GetRequiredService<Users>().CreateAsync(form, password, Actor.CommandLine, ct);
        if (made.Failure is null) Show(parsed, password);
        return Administration.Told(made.Failure, $"user {username} is made");
    }

    private static int List(IServiceProvider services)
    {
        foreach (var user in services.GetRequiredService<UserDirectory>().All)
        {
            var what = string.Join(", ", new[] { user.IsSupervisor ? "supervisor" : "", user.IsAgent ? $"agent {user.AgentNumber}" : "" }.Where(w => w.Length > 0));
            Console.WriteLine($"{user.Username,-20}  {user.FullName}  <{user.Email}>  {user.Profile}{(what.Length > 0 ? $"  ({what})" : "")}");
        }

        return 0;
    }

    private static async Task<int> ChangeAsync(IServiceProvider services, ParseResult parsed, CancellationToken ct)
    {
        var username = parsed.GetValue(Username)!;
        if (services.GetRequiredService<UserDirectory>().Find(username) is not { } user)
            return Administration.Told(Platform.Failure.NotFound($"user {username}"), "");
        var number = Number(parsed) ?? user.AgentNumber;
        var form = new UserForm(
            user.Username, parsed.GetValue(FullName) ?? user.FullName, parsed.GetValue(Email) ?? user.Email, parsed.GetValue(Profile) ?? user.Profile,
            parsed.GetValue(Supervisor) ?? user.IsSupervisor, number.Length > 0, number);
        var users = services.GetRequiredService<Users>();
        var password = PasswordOf(parsed);
        var failure = await users.ChangeAsync(user.Id, form, Actor.CommandLine, ct);
        if (failure is null && password is not null) failure = await users.SetPasswordAsync(user.Id, password, Actor.CommandLine, ct);
        if (failure is null) Show(parsed, password);
        return Administration.Told(failure, $"user {username} is changed");
    }

    private static async Task<int> RemoveAsync(IServiceProvider services, ParseResult parsed, CancellationToken ct)
    {
        var username = parsed.GetValue(Username)!;
        var failure = services.GetRequiredService<UserDirectory>().Find(username) is { } user
            ? await services.GetRequiredService<Users>().DeleteAsync(user.Id, Actor.CommandLine, ct)
            : Platform.Failure.NotFound($"user {username}");
        return Administration.Told(failure, $"user {username} is removed");
    }

    /// <summary>Null where the option is not given; empty for none.</summary>
    private static string? Number(ParseResult parsed) => parsed.GetValue(Agent) is "none" ? "" : parsed.GetValue(Agent);

    private static string? PasswordOf(ParseResult parsed) =>
        parsed.GetValue(NewPassword) ? Password.New() : parsed.GetValue(AskPassword) ? Password.Ask() : null;

    private static void Show(ParseResult parsed, string? password)
    {
        if (parsed.GetValue(NewPassword)) Console.WriteLine(password);
    }
}
