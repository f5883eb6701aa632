using System.Text.RegularExpressions;

namespace Expand.Server.Calls;

/// <summary>What a client asks for. Names are for the phones' displays.</summary>
internal sealed partial record CallRequest(
    string Source, string SourceName, string Destination, string DestinationName, int RingSeconds, string CallInfo)
{
    /// <summary>Displays show no more, and AMI takes lines of 1,000 characters at most.</summary>
    private const int NameLength = 80;

    /// <summary>Longest callinfo that is kept.</summary>
    public const int CallInfoLength = 4_000;

    /// <summary>
    /// Why the request may not reach the PBX, naming the field and the rule, or null. A line break or a NUL anywhere, and anything but the
    /// dialable characters in a number (so no channel name, technology, variable or second number), is refused.
    /// </summary>
    public string? Refusal()
    {
        foreach (var (field, value) in new[]
        {
            ("src", Source), ("srcCallerID", SourceName), ("dst", Destination), ("dstCallerID", DestinationName), ("callinfo", CallInfo),
        })
        {
            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) return $"{field} holds a line break or a NUL";
        }

        if (!Dialable().IsMatch(Source)) return "src is not 1 to 64 of 0-9 A-Z a-z * # + . _ -";
        if (!Dialable().IsMatch(Destination)) return "dst is not 1 to 64 of 0-9 A-Z a-z * # + . _ -";
        return CallInfo.Length > CallInfoLength ? $"callinfo is longer than {CallInfoLength} characters" : null;
    }

    /// <summary>A name as displays take it: control characters become blanks, what is too long is cut.</summary>
    public static string Displayable(string name)
    {
        var clean = string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (clean.Length <= NameLength) return clean;
        var cut = char.IsHighSurrogate(clean[NameLength - 1]) ? NameLength - 1 : NameLength;
        return clean[..cut].TrimEnd();
    }

    [GeneratedRegex(@"\A[0-9A-Za-z*#+._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Dialable();
}
