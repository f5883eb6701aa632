using Expand.Server.Access;
using Expand.Server.Ui;

namespace Expand.EndToEnd.Ui;

/// <summary>All pages that the menu leads to, and whose they are.</summary>
internal static class Tour
{
    /// <summary>The parts that people have.</summary>
    public static readonly string[] Parts = [Roles.Administrator, Roles.Supervisor, Roles.Agent];

    /// <summary>Address of every page of the menu, with the part that finds it.</summary>
    public static readonly IReadOnlyList<(string Part, string Path)> Pages = [.. Menu.Groups.SelectMany(Of).Append((Roles.Agent, UiDoors.Account))];

    private static IEnumerable<(string Part, string Path)> Of(MenuGroup group) =>
        group.Entries.Select(e => (group.Part, e.Href)).Concat(group.Under.SelectMany(Of));
}
