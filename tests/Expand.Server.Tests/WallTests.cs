using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Expand.Server.Tests;

/// <summary>The map in src/README.md, enforced: which room may use which, and which project may reference which.</summary>
public sealed partial class WallTests
{
    private const string All = "(all)";

    /// <summary>What a project stands on. A library that knew the server could not be published without it.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Expand.Asterisk"] = [],
        ["Expand.Soap"] = [],
        ["Expand.Dialing"] = [],
        ["Expand.Simulator"] = [],
        ["Expand.Phones"] = [],
        ["Expand.Server"] = ["Expand.Asterisk", "Expand.Soap", "Expand.Dialing", "Expand.Simulator"],
    };

    internal static string Root => typeof(WallTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    private static string Server => Path.Combine(Root, "src", "Expand.Server");

    [Fact]
    public void Every_room_has_a_row_in_the_map()
    {
        var map = Map(File.ReadAllText(Path.Combine(Root, "src", "README.md")));
        Assert.Empty(Sources().Select(s => s.Room).Distinct().Except(map.Keys));
    }

    [Fact]
    public void No_room_mentions_a_room_that_it_may_not_use()
    {
        var map = Map(File.ReadAllText(Path.Combine(Root, "src", "README.md")));
        var sources = Sources().ToList();
        Assert.NotEmpty(sources);
        Assert.Empty(sources.SelectMany(s => Broken(map, s.Room, s.File, File.ReadAllText(Path.Combine(Server, s.File)))));
    }

    [Fact]
    public void The_map_knows_no_circle()
    {
        var map = Map(File.ReadAllText(Path.Combine(Root, "src", "README.md")));
        var left = map.Where(row => !row.Value.Contains(All)).ToDictionary();
        while (left.FirstOrDefault(row => row.Value.All(used => !left.ContainsKey(used))) is { Key: not null } ground) left.Remove(ground.Key);
        Assert.Empty(left.Keys);
    }

    [Fact]
    public void No_project_references_one_that_it_may_not()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var project = Path.GetFileNameWithoutExtension(file);
            Assert.True(Projects.ContainsKey(project), $"{project} has no row in {nameof(WallTests)}.{nameof(Projects)}");
            var references = XDocument.Load(file).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
            Assert.Empty(references.Except(Projects[project]));
        }
    }

    /// <summary>The check itself can fail.</summary>
    [Theory]
    [InlineData("using Expand.Server.Calls;", true)]
    [InlineData("using static Expand.Server.Calls.CallStatus;", true)]
    [InlineData("using C = Expand.Server.Calls.CallStatus;", true)]
    [InlineData("@using Expand.Server.Calls", true)]
    [InlineData("var x = Expand.Server.Calls.CallStatus.None;", true)]
    [InlineData("global::Expand.Server.Calls.X y;", true)]
    [InlineData("Calls.CallStatus x = default;", true)]
    [InlineData("using Expand.Server.Platform;", false)]
    [InlineData("using Expand.Server.Platform.Embedded;", false)]
    [InlineData("namespace Expand.Server.Access.Pages;", false)]
    [InlineData("// see Expand.Server.Calls.CallStatus", false)]
    [InlineData("usage.Calls.ToString();", false)]
    [InlineData("u.Calls = x.Calls;", false)]
    public void A_mention_of_another_room_is_found_however_it_is_written(string line, bool broken)
    {
        var map = Map("""
            | room | may use |
            | --- | --- |
            | Platform | - |
            | Access | Platform |
            | Calls | Platform, Access |
            """);
        Assert.Equal(broken, Broken(map, "Access", "Access/X.cs", line).Any());
    }

    /// <summary>The rows of the table <c>| room | may use |</c>.</summary>
    private static Dictionary<string, string[]> Map(string readme)
    {
        var rows = readme.Split('\n').Select(l => l.Trim()).SkipWhile(l => !HeaderRow().IsMatch(l)).Skip(2).TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.NotEmpty(rows);
        return rows.ToDictionary(r => r[0].Trim('`', '*'), r => r[1] == "-" ? [] : r[1].Split(',', StringSplitOptions.TrimEntries).Select(u => u.Trim('`', '*')).ToArray());
    }

    /// <summary>Every source of the server and its room: its folder, or the file's own name at the top.</summary>
    private static IEnumerable<(string Room, string File)> Sources() =>
        Directory.EnumerateFiles(Server, "*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(Server, f))
            .Where(f => !f.StartsWith("obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !f.StartsWith("bin" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Select(f => (f.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? f.Split(Path.DirectorySeparatorChar)[0] : Path.GetFileNameWithoutExtension(f), f))
            // Written by EF Core from the model of all rooms.
            .Where(s => !s.f.StartsWith(Path.Combine("Platform", "Migrations"), StringComparison.Ordinal))
            // Imports of all pages belong to no room.
            .Where(s => !s.f.Equals("_Imports.razor", StringComparison.Ordinal))!;

    private static IEnumerable<string> Broken(Dictionary<string, string[]> map, string room, string file, string text)
    {
        if (!map.TryGetValue(room, out var allowed) || allowed.Contains(All)) return [];
        var code = Comment().Replace(text, "");
        var mentioned = Qualified().Matches(code).Select(m => m.Groups["room"].Value)
            // Inside Expand.Server a room's namespace can also be named alone: Calls.CallStatus.
            .Concat(map.Keys.Where(other => Regex.IsMatch(code, $@"(?<![\w.@""$/]){other}\.[A-Z]\w*(?!\s*\(\s*\))") && !IsOwnName(code, other)))
            .Where(other => other != room && map.ContainsKey(other) && !allowed.Contains(other)).Distinct();
        return mentioned.Select(other => $"{file}: {room} may not use {other}");
    }

    /// <summary>A property or variable of the same name (<c>Calls</c> of a counter) is no namespace.</summary>
    private static bool IsOwnName(string code, string name) => Regex.IsMatch(code, $@"[\w>\]?)]\s+{name}\s*(\{{|=>|=|;|,|\))");

    [GeneratedRegex(@"^\|\s*room\s*\|\s*may use\s*\|$")]
    private static partial Regex HeaderRow();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bExpand\.Server\.(?<room>[A-Z]\w*)")]
    private static partial Regex Qualified();
}
