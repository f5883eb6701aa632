namespace Expand.Server.Tests.Rest.Contract;

/// <summary>A query with one thing wrong in it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Field">The parameter at fault.</param>
/// <param name="Query">The query, without the question mark.</param>
internal sealed record BadQuery(string Name, string Field, string Query);

/// <summary>Everything that may be wrong with a query, from what the document says of its parameters.</summary>
internal static class QueryMutations
{
    private static readonly string[] NoNumbers =
        ["abc", "1.5", "1e400", "99999999999999999999", "9223372036854775808", "-9223372036854775809", "0x10", "1,000", "true", "null", "{}", "٣"];

    /// <summary>Percent-encoded: \u0000, \u0007, a line break, half a character, and bytes that are no UTF-8.</summary>
    private static readonly string[] BadText = ["a%00b", "a%07b", "a%0Ab", "a%7Fb", "%ED%A0%80", "%C3%28", "%FF"];

    private static readonly string[] NoDates =
        ["ayer", "2026-13-01", "2026-02-30", "0000-00-00", "99999-01-01", "2026-11-25 25:00", "2026-11-25T10:00:00+99:00", "1e400", "-1", "{}"];

    public static IEnumerable<BadQuery> Of(ApiOperation operation)
    {
        foreach (var bad in operation.InQuery.SelectMany(Of)) yield return bad;
        foreach (var name in (string[])["nadaconocido", "constructor", "__proto__", "limit[]", "Limit "])
            yield return new("unknown", name, $"{Uri.EscapeDataString(name)}=1");
        yield return new("unknown and empty", "nadaconocido", "nadaconocido");
        foreach (var name in (string[])["a%00b", "%ED%A0%80", "%FF"]) yield return new("unknown and no text", "", $"{name}=1");
    }

    private static IEnumerable<BadQuery> Of(ApiParameter parameter)
    {
        BadQuery Bad(string value) => new(value.Length > 60 ? "too long" : $"'{value}'", parameter.Name, $"{parameter.Name}={value}");
        var valid = Uri.EscapeDataString(parameter.Valid.First());
        yield return new("twice", parameter.Name, $"{parameter.Name}={valid}&{parameter.Name}={valid}");
        yield return new("twice, in capitals", parameter.Name, $"{parameter.Name}={valid}&{parameter.Name.ToUpperInvariant()}={valid}");
        foreach (var value in BadText) yield return Bad(value);
        foreach (var value in Values(parameter)) yield return Bad(Uri.EscapeDataString(value));
    }

    private static IEnumerable<string> Values(ApiParameter parameter) => parameter switch
    {
        { Type: "integer" } =>
            [.. NoNumbers, "", BodyMutations.Beyond(parameter.Schema["minimum"]!, -1), BodyMutations.Beyond(parameter.Schema["maximum"]!, 1)],
        { IsDate: true } => [.. NoDates, "", new string('9', 5000)],
        _ when parameter.Schema["enum"] is not null => ["nada", "", "asc,desc", new string('9', 5000)],
        _ => [new string('9', parameter.Schema["maxLength"]!.GetValue<int>() + 1)],
    };
}
