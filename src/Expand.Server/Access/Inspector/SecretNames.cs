namespace Expand.Server.Access.Inspector;

/// <summary>Which names of elements, members, parameters and headers stand before a secret.</summary>
internal static class SecretNames
{
    /// <summary>Parts of such names, in lower case, without anything but letters and digits.</summary>
    private static readonly string[] Parts =
        ["authorizedkey", "autorizedkey", "password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "clave", "contrase", "authorization", "credential"];

    private static readonly string[] Whole = ["pass", "auth", "pin"];

    /// <summary>The parts as a regular expression's alternatives; between their letters nothing may stand.</summary>
    public static string Pattern { get; } = string.Join('|', [.. Parts, "authorized[_.-]key", "api[_.-]key"]);

    /// <param name="name">As it was written, with a prefix or without.</param>
    /// <param name="isArgument">Whether it is an argument of a SOAP operation: there <c>key</c> alone is the authorizedKey.</param>
    public static bool Is(string name, bool isArgument = false)
    {
        var local = name[(name.LastIndexOf(':') + 1)..];
        var plain = string.Concat(local.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return Array.Exists(Parts, part => plain.Contains(part, StringComparison.Ordinal)) || Whole.Contains(plain) || (isArgument && plain == "key");
    }
}
