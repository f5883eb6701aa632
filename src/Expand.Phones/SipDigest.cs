using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Expand.Phones;

/// <summary>The answer to a digest challenge (RFC 2617, as RFC 3261 uses it).</summary>
internal static partial class SipDigest
{
    public static string Answer(string challenge, string user, string password, string method, string uri, string cnonce)
    {
        string? Part(string name) =>
            Parts().Matches(challenge).Where(m => m.Groups[1].Value == name).Select(m => m.Groups[2].Value.Trim('"')).FirstOrDefault();
        var (realm, nonce, opaque) = (Part("realm") ?? "", Part("nonce") ?? "", Part("opaque"));
        var secret = Md5($"{user}:{realm}:{password}");
        var withQop = Part("qop") is not null;
        var response = withQop
            ? Md5($"{secret}:{nonce}:00000001:{cnonce}:auth:{Md5($"{method}:{uri}")}")
            : Md5($"{secret}:{nonce}:{Md5($"{method}:{uri}")}");
        return $"Digest username=\"{user}\",realm=\"{realm}\",nonce=\"{nonce}\",uri=\"{uri}\",response=\"{response}\",algorithm=MD5"
            + (withQop ? $",qop=auth,nc=00000001,cnonce=\"{cnonce}\"" : "") + (opaque is null ? "" : $",opaque=\"{opaque}\"");
    }

#pragma warning disable CA5351 // SIP's digest is MD5 by its RFC; nothing here is protected by it but a phone on loopback.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("""(\w+)=("[^"]*"|[^",\s]+)""")]
    private static partial Regex Parts();
}
