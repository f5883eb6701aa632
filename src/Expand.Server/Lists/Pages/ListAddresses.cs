namespace Expand.Server.Lists.Pages;

/// <summary>Where the pages of lists are.</summary>
internal static class ListAddresses
{
    public const string All = "/configuracion/listas";

    public static string Of(ValueList list) => $"{All}/{(list.Kind == ListKind.Simple ? "simples" : "rangos")}/{list.Name}";

    public static string ImportOf(ValueList list) => $"{Of(list)}/importar";

    public static string ExportOf(ValueList list) => $"{ListFiles.Elements}?tipo={list.Kind.Word()}&lista={list.Id}";

    /// <summary>The kind that an address names; null where it names none.</summary>
    public static ListKind? KindOf(string word) => word switch { "simples" => ListKind.Simple, "rangos" => ListKind.Range, _ => null };

    /// <summary>The list that an address names; null where there is none.</summary>
    public static async Task<ValueList?> FindAsync(this ValueLists lists, string kind, string name, CancellationToken ct) =>
        KindOf(kind) is { } known ? (await lists.FindAsync(known, new ListAddress(name), ct)).Value : null;
}
