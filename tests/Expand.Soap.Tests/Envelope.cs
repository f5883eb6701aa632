using System.Security;

namespace Expand.Soap.Tests;

/// <summary>Envelopes as a plain rpc/literal client writes them.</summary>
internal static class Envelope
{
    public const string Ns11 = "http://schemas.xmlsoap.org/soap/envelope/";
    public const string Ns12 = "http://www.w3.org/2003/05/soap-envelope";

    public static string Around(string body, string ns = Ns11, string header = "") =>
        $"""<s:Envelope xmlns:s="{ns}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">{header}<s:Body>{body}</s:Body></s:Envelope>""";

    public static string Rpc(string operation, params (string Name, string Value)[] arguments) =>
        Around($"<m:{operation} xmlns:m=\"urn:apiws\">{Arguments(arguments)}</m:{operation}>");

    private static string Arguments((string Name, string Value)[] arguments) => string.Concat(arguments.Select(a =>
        $"<{a.Name}>{SecurityElement.Escape(a.Value)!.Replace("\r", "&#13;", StringComparison.Ordinal)}</{a.Name}>"));
}
