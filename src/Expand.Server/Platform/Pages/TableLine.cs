namespace Expand.Server.Platform.Pages;

/// <summary>
/// A line of a table on a page that reads anew every few seconds: the same line while it is of the same thing, however much of the thing has
/// changed, so that the focus and an open menu stay in it (the table keeps a line's parts while the lines are equal).
/// </summary>
internal sealed class TableLine<T>(object id, T value) : IEquatable<TableLine<T>>
{
    /// <summary>What it shows.</summary>
    public T Value => value;

    private object Id => id;

    public bool Equals(TableLine<T>? other) => other is not null && Id.Equals(other.Id);

    public override bool Equals(object? obj) => Equals(obj as TableLine<T>);

    public override int GetHashCode() => Id.GetHashCode();
}

internal static class TableLines
{
    /// <summary>Lines of things that are told apart by what <paramref name="id"/> gives.</summary>
    public static IEnumerable<TableLine<T>> AsLines<T>(this IEnumerable<T> things, Func<T, object> id) => things.Select(thing => new TableLine<T>(id(thing), thing));
}
