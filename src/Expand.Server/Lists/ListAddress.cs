using System.Globalization;

namespace Expand.Server.Lists;

/// <summary>How a request names a list: by its id, which is digits, or by its name in any case, which never is digits alone.</summary>
internal readonly record struct ListAddress(string Text)
{
    /// <summary>The list's id; null where the text is a name. One that no list can have where the digits are too many.</summary>
    public long? Id => Text.Length == 0 || !Text.All(char.IsAsciiDigit) ? null
        : long.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;

    /// <summary>The name as it is compared; one that no list can have where the text is none.</summary>
#pragma warning disable CA1308 // Names of lists are ASCII, and PostgreSQL keeps them in lower case.
    public string NameKey => Text.All(c => char.IsAscii(c) && !char.IsControl(c)) ? Text.ToLowerInvariant() : "";
#pragma warning restore CA1308

    public override string ToString() => Text;
}
