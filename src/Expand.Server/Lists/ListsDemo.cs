using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Lists;

/// <summary>The lists of the demonstration: the two that the original document shows, and the prefixes of telephone numbers.</summary>
internal sealed class ListsDemo(ValueLists lists, SimpleElements simple, RangeElements ranges, ILogger<ListsDemo> log) : IDemoPart
{
    /// <summary>Callers, and the extensions 701 to 709 of the demonstration's agents. The document's own keys stay free for its examples.</summary>
    private static readonly (string Caller, string Extension)[] Sellers =
        [("24001100", "701"), ("24801122", "702"), ("27075533", "704"), ("29161616", "705"), ("099123456", "706")];

    private static readonly (string Caller, string Extension)[] Portfolio =
        [("26004477", "703"), ("27101010", "707"), ("29008080", "708"), ("43322110", "709"), ("094555666", "703")];

    /// <summary>Of eight digits the land lines, of nine the mobiles (Uruguay's numbering).</summary>
    private static readonly (string From, string To, string Origin)[] Prefixes =
    [
        ("20000000", "29999999", "Montevideo"),
        ("42000000", "42999999", "Maldonado"),
        ("43300000", "43399999", "Canelones"),
        ("47200000", "47299999", "Paysandú"),
        ("47300000", "47399999", "Salto"),
        ("091000000", "099999999", "Móvil"),
    ];

    public string Name => "lists";

    public async Task MakeAsync(CancellationToken ct)
    {
        await ListAsync(ListKind.Simple, "vendedores", "Vendedores",
            "Asocia CallerID de llamantes con extensiones de ejecutivos de venta. Mantenido por SAP.", ct);
        await ListAsync(ListKind.Simple, "cartera", "Cartera",
            "Asocia CallerID de llamantes con la extension del ejecutivo de cartera que debe atenderlo. Mantenido por SAP", ct);
        await ListAsync(ListKind.Range, "prefijos", "Prefijos", "Asocia rangos de números con el lugar del que llaman.", ct);
        foreach (var (caller, extension) in Sellers) Lacks(caller, (await simple.AddAsync(new ListAddress("vendedores"), caller, extension, ct)).Failure);
        foreach (var (caller, extension) in Portfolio) Lacks(caller, (await simple.AddAsync(new ListAddress("cartera"), caller, extension, ct)).Failure);
        foreach (var (from, to, origin) in Prefixes) Lacks(from, (await ranges.AddAsync(new ListAddress("prefijos"), from, to, origin, ct)).Failure);
    }

    private async Task ListAsync(ListKind kind, string name, string alias, string description, CancellationToken ct) =>
        Lacks(name, (await lists.AddAsync(kind, name, alias, description, Actor.System, ct)).Failure);

    /// <summary>A conflict: a start that was cut short made it already.</summary>
    private void Lacks(string what, Failure? failure)
    {
        if (failure is { Kind: not FailureKind.Conflict }) log.DemoListsLack(what, failure.Message);
    }
}
