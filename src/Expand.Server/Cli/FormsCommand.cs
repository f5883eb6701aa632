using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Forms;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Cli;

/// <summary><c>expand forms</c>: the forms that agents fill in while they talk.</summary>
internal static class FormsCommand
{
    private static readonly Argument<string> Definition = new("file")
    {
        Description = "A JSON file: name, title, queues, and fields with name, label, kind (text, number, date, choice), required, several, options",
    };
    private static readonly Argument<string> Name = new("name") { Description = "The form's name" };

    public static Command Make(Rooms rooms)
    {
        var list = new Command("list", "Lists the forms with their fields, queues and number of entries");
        list.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => ListAsync(services, ct), ct));
        var define = new Command("define", "Makes a form, or changes the one of that name; what was filled in stays as it is") { Definition };
        define.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => DefineAsync(services, parsed.GetValue(Definition)!, ct), ct));
        var remove = new Command("remove", "Removes a form that was never filled in") { Name };
        remove.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<FormDefinitions>().RemoveAsync(parsed.GetValue(Name)!, Actor.CommandLine, ct),
            $"form {parsed.GetValue(Name)} is removed"), ct));
        return new Command("forms", "Forms that agents fill in while they talk") { list, define, remove };
    }

    private static async Task<int> ListAsync(IServiceProvider services, CancellationToken ct)
    {
        foreach (var (form, entries) in await services.GetRequiredService<FormDefinitions>().AllAsync(ct))
        {
            var fields = string.Join(", ", form.FieldList.Select(f => f.Name));
            Console.WriteLine($"{form.Id,5}  {form.Name,-20}  {form.Title}  fields: {fields}  queues: {string.Join(", ", form.Queues)}  entries: {entries}");
        }

        return 0;
    }

    private static async Task<int> DefineAsync(IServiceProvider services, string path, CancellationToken ct)
    {
        byte[] json;
        try
        {
            json = await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Administration.Told(Failure.Invalid("file", unreadable.Message), "");
        }

        var (definition, problem) = BodyJson.Read<FormDefinition>(json);
        if (definition is null) return Administration.Told(Failure.Invalid("file", $"{path}: {problem!.Detail}"), "");
        return Administration.Told(
            await services.GetRequiredService<FormDefinitions>().DefineAsync(definition, Actor.CommandLine, ct), $"form {definition.Name} is defined");
    }
}
