using System.CommandLine;
using System.Globalization;
using Expand.Server.Access;
using Expand.Server.DoNotCall;
using Expand.Server.DoNotCall.Imports;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.Cli;

/// <summary><c>expand do-not-call</c>: files of numbers that are not to be called, such as a register's next edition from a timer; and whether a number is one.</summary>
internal static class DoNotCallCommand
{
    /// <summary>As many columns as make a separator worth guessing.</summary>
    private const int LikelyColumns = 2;

    private static readonly Argument<string> File = new("file") { Description = "A CSV or text file with a number a row" };
    private static readonly Option<string> List = new("--list") { Description = "The list's name", Required = true };
    private static readonly Option<string> Issued = new("--issued") { Description = "The date of a register's edition, yyyy-MM-dd (default: today)" };
    private static readonly Argument<string> Number = new("number") { Description = "The number, however it is written" };
    private static readonly Option<int?> Campaign = new("--campaign") { Description = "Looks at that campaign's lists too, by its id" };

    public static Command Make(Rooms rooms)
    {
        var import = new Command("import", "Imports numbers into a list; into a register as its next edition, which takes the place of the one before") { File, List, Issued };
        import.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => ImportAsync(parsed, services, ct), ct));
        var check = new Command("check", "Tells whether a number may be called, and why; writes no evidence") { Number, Campaign };
        check.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => CheckAsync(parsed, services, ct), ct));
        return new Command("do-not-call", "Numbers that are not to be called") { import, check };
    }

    private static async Task<int> ImportAsync(ParseResult parsed, IServiceProvider services, CancellationToken ct)
    {
        var (name, path) = (parsed.GetValue(List)!, parsed.GetValue(File)!);
        if (await services.GetRequiredService<NumberLists>().FindAsync(name, ct) is not { } list) return Administration.Told(Failure.NotFound($"the list {name}"), "");
        if (IssuedOn(parsed, services) is not { } issued) return Administration.Told(Failure.Invalid("issued", "--issued takes a date: yyyy-MM-dd"), "");
        if (!System.IO.File.Exists(path)) return Administration.Told(Failure.NotFound($"the file {path}"), "");
        await using var content = System.IO.File.OpenRead(path);
        var file = await UploadedFile.ReceiveAsync(Path.GetFileName(path), content, _ => Task.CompletedTask, ct);
        var shape = await file.GuessAsync(LikelyColumns, NumberColumns.IsTitle, ct);
        var columns = NumberColumns.Guess([.. file.Rows(shape).Take(20)], shape.HasHeading);
        var plan = new NumberImportPlan(list, shape, columns, Actor.CommandLine, list.Kind == NumberListKind.Registry ? issued : null);
        var (import, failure) = await services.GetRequiredService<NumberImports>().RunAsync(plan, file, ct);
        if (import is null) return Administration.Told(failure, "");
        foreach (var row in import.Refusals.Take(20)) Console.Error.WriteLine($"line {row.Line}: {row.Rule}: {row.Text}");
        if (import.State == ImportState.Cancelled) return Administration.Told(Failure.Conflict("cancelled: nothing was changed"), "");
        return import.State == ImportState.Done
            ? Administration.Told(null, $"{list.Name}: {import.Counts}")
            : Administration.Told(import.Failure ?? Failure.Unavailable("the import failed; nothing was changed"), "");
    }

    private static DateOnly? IssuedOn(ParseResult parsed, IServiceProvider services) =>
        parsed.GetValue(Issued) is not { } text ? services.GetRequiredService<LocalTime>().Today()
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static async Task<int> CheckAsync(ParseResult parsed, IServiceProvider services, CancellationToken ct)
    {
        var (known, failure) = await services.GetRequiredService<NumberLookup>().FindAsync(parsed.GetValue(Number)!, parsed.GetValue(Campaign), ct);
        if (known is null) return Administration.Told(failure, "");
        var why = (known.List is null ? "" : $"  {known.List}") + (known.Reason is null ? "" : $"  {known.Reason}");
        Console.WriteLine($"{known.Number}  {KnownNumberAnswer.Word(known.Result)}{why}");
        return known.Result is CheckResult.Clear or CheckResult.Exempt ? 0 : 3;
    }
}
