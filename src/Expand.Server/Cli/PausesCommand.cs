using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Agents;

namespace Expand.Server.Cli;

/// <summary><c>expand pauses</c>: the reasons that agents may pause for.</summary>
internal static class PausesCommand
{
    private static readonly Argument<string> Code = new("code") { Description = "The digits that an agent would dial" };
    private static readonly Argument<string> Name = new("name") { Description = "What reports call it" };

    public static Command Make(Rooms rooms)
    {
        var add = new Command("add", "Adds a pause reason") { Code, Name };
        add.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<PauseReasons>().AddAsync(parsed.GetValue(Code)!, parsed.GetValue(Name)!, Actor.CommandLine, ct),
            $"pause reason {parsed.GetValue(Code)} is added"), ct));
        var list = new Command("list", "Lists the pause reasons");
        list.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services =>
        {
            foreach (var (code, name) in services.GetRequiredService<PauseReasons>().All) Console.WriteLine($"{code,8}  {name}");
            return Task.FromResult(0);
        }, ct));
        var rename = new Command("rename", "Renames a pause reason from now on") { Code, Name };
        rename.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<PauseReasons>().RenameAsync(parsed.GetValue(Code)!, parsed.GetValue(Name)!, Actor.CommandLine, ct),
            $"pause reason {parsed.GetValue(Code)} is renamed"), ct));
        var remove = new Command("remove", "Removes a pause reason; reports of the past keep its name") { Code };
        remove.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<PauseReasons>().RemoveAsync(parsed.GetValue(Code)!, Actor.CommandLine, ct),
            $"pause reason {parsed.GetValue(Code)} is removed"), ct));
        return new Command("pauses", "Reasons that agents pause for") { add, list, rename, remove };
    }
}
