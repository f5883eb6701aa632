using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Primitives;

namespace Expand.Server.Access;

/// <summary>What a client shows of itself (RFC 7617, in UTF-8): a name, and a password that may hold colons.</summary>
/// <param name="Name">Up to the first colon; not empty.</param>
/// <param name="Password">All after it, as it came.</param>
internal sealed record BasicHeader(string Name, byte[] Password)
{
    /// <summary>Characters of the longest header that is looked into.</summary>
    public const int Longest = 1024;

    private const string Scheme = "Basic ";

    /// <summary>The name as the log and the audit may show it.</summary>
    public string Shown => new([.. Name.Take(ApiCredential.UsernameLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);

    /// <summary>False where the header is there twice, too long, of another scheme, or neither base64 nor UTF-8.</summary>
    public static bool TryParse(StringValues header, [NotNullWhen(true)] out BasicHeader? shown)
    {
        shown = null;
        if (header.Count != 1 || header[0] is not { Length: <= Longest } text || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        Span<byte> room = stackalloc byte[Longest];
        if (!Convert.TryFromBase64Chars(text.AsSpan(Scheme.Length).Trim(' '), room, out var length)) return false;
        var bytes = room[..length];
        var colon = bytes.IndexOf((byte)':');
        if (colon <= 0 || !Utf8.IsValid(bytes)) return false;
        shown = new BasicHeader(Encoding.UTF8.GetString(bytes[..colon]), bytes[(colon + 1)..].ToArray());
        return true;
    }
}
