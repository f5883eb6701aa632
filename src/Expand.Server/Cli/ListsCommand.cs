using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Lists;

namespace Expand.Server.Cli;

/// <summary><c>expand lists</c>: the lists themselves. Their elements are kept through the REST API.</summary>
internal static class ListsCommand
{
    private static readonly Argument<string> NewName = new("name") { Description = "What the API calls it: letters, digits, dots, underscores, hyphens" };
    private static readonly Argument<string> List = new("list") { Description = "The list's name or id" };
    private static readonly Option<bool> Range = new("--range") { Description = "A list of ranges; without it a simple one" };
    private static readonly Option<string> Name = new("--name") { Description = "What the API calls it from now on" };
    private static readonly Option<string> Alias = new("--alias") { Description = "What people call it; \"\" for its name" };
    private static readonly Option<string> Description = new("--description") { Description = "What it is for" };

    public static Command Make(Rooms rooms)
    {
        var list = new Command("list", "Lists the lists");
        list.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => ListAsync(services, ct), ct));
        var add = new Command("add", "Makes an empty list") { NewName, Range, Alias, Description };
        add.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services =>
        {
            var made = await services.GetRequiredService<ValueLists>().AddAsync(
                KindOf(parsed), parsed.GetValue(NewName)!, parsed.GetValue(Alias) ?? "", parsed.GetValue(Description) ?? "", Actor.CommandLine, ct);
            return Administration.Told(made.Failure, $"list {parsed.GetValue(NewName)} is made; its id is {made.Value}");
        }, ct));
        var change = new Command("change", "Changes what is given of a list") { List, Range, Name, Alias, Description };
        change.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<ValueLists>().ChangeAsync(
                KindOf(parsed), AddressOf(parsed), parsed.GetValue(Name), parsed.GetValue(Alias), parsed.GetValue(Description), Actor.CommandLine, ct),
            $"list {parsed.GetValue(List)} is changed"), ct));
        var remove = new Command("remove", "Removes a list with all its elements") { List, Range };
        remove.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<ValueLists>().RemoveAsync(KindOf(parsed), AddressOf(parsed), Actor.CommandLine, ct),
            $"list {parsed.GetValue(List)} is removed"), ct));
        return new Command("lists", "Lists of keys with values, for the REST API") { list, add, change, remove };
    }

    private static ListKind KindOf(ParseResult parsed) => parsed.GetValue(Range) ? ListKind.Range : ListKind.Simple;

    private static ListAddress AddressOf(ParseResult parsed) => new(parsed.GetValue(List)!);

    private static async Task<int> ListAsync(IServiceProvider services, CancellationToken ct)
    {
        foreach (var list in await services.GetRequiredService<ValueLists>().AllAsync(null, ct))
            Console.WriteLine($"{list.Id,6}  {list.Kind.Word(),-6}  {list.Name,-20}  {list.Alias}  {list.Description}");
        return 0;
    }
}
