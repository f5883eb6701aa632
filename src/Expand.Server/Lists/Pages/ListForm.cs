namespace Expand.Server.Lists.Pages;

/// <summary>What the dialog of a list holds while it is filled in. Public because components are.</summary>
public sealed class ListForm
{
    /// <summary>Whether the list is one of ranges.</summary>
    public bool IsRange { get; set; }

    /// <summary>What the API calls it.</summary>
    public string Name { get; set; } = "";

    /// <summary>What people call it.</summary>
    public string Alias { get; set; } = "";

    /// <summary>What it is for.</summary>
    public string Description { get; set; } = "";

    /// <summary>The list to change as it was seen; null: a new one is made.</summary>
    internal ValueList? Seen { get; private init; }

    internal ListKind Kind => IsRange ? ListKind.Range : ListKind.Simple;

    internal static ListForm Of(ValueList list) =>
        new() { Seen = list, IsRange = list.Kind == ListKind.Range, Name = list.Name, Alias = list.Alias, Description = list.Description };
}

/// <summary>What the dialog of an element holds while it is filled in.</summary>
public sealed class ElementForm
{
    /// <summary>The key; of a range where it begins.</summary>
    public string Key { get; set; } = "";

    /// <summary>Where a range ends.</summary>
    public string To { get; set; } = "";

    /// <summary>The value.</summary>
    public string Value { get; set; } = "";

    /// <summary>The list.</summary>
    internal ValueList List { get; private init; } = null!;

    /// <summary>The element to change as it was seen; null: a new one is added.</summary>
    internal ListRow? Seen { get; private init; }

    internal bool IsRange => List.Kind == ListKind.Range;

    internal ListDraft Draft => IsRange ? new ListDraft(Key.Trim(), To.Trim(), Value) : new ListDraft(Key, "", Value);

    internal static ElementForm Of(ValueList list) => new() { List = list };

    internal static ElementForm Of(ValueList list, ListRow row) => new() { List = list, Seen = row, Key = row.Key, To = row.To, Value = row.Value };
}
