using System.Text.RegularExpressions;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>What somebody says of a contact.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Numcall">As people write numbers; what is kept is what is dialled.</param>
/// <param name="Enable">Whether it is to be called; null: yes for a new one, and as it is for one that is there.</param>
/// <param name="Info">The text of a JSON object, as <see cref="ContactInfo"/> writes it.</param>
/// <param name="ExternalId">The client's own key of it; null: none, or as it is.</param>
internal sealed partial record ContactForm(string Name, string Numcall, bool? Enable, string Info, string? ExternalId)
{
    /// <summary>IANA name of the contact's own zone; null: none, or as it is; empty: none any more.</summary>
    public string? TimeZone { get; init; }

    public const int NameLength = 200;
    public const int NumcallLength = 40;
    public const int ExternalIdLength = 100;

    /// <summary>The form as it is kept, or every rule that it breaks.</summary>
    public Result<ContactForm> Checked()
    {
        var (name, numcall) = (Name.Trim(), Separators().Replace(Numcall, ""));
        var broken = new Dictionary<string, string>();
        if (!IsText(name, NameLength)) broken["name"] = $"takes 1 to {NameLength} characters, none of them a control character";
        if (!Dialled().IsMatch(numcall))
            broken["numcall"] = $"takes 1 to {NumcallLength} digits, * or #, after a + or not; spaces, dots, hyphens, slashes and parentheses are left out";
        if (ContactInfo.Broken(Info) is { } rule) broken["info"] = rule;
        if (ExternalId is not null && !IsText(ExternalId, ExternalIdLength))
            broken["externalid"] = $"takes 1 to {ExternalIdLength} characters, none of them a control character";
        if (TimeZone is { Length: > 0 } && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            broken["timezone"] = "takes an IANA name such as America/Montevideo";
        return broken.Count > 0 ? Failure.Several(broken) : this with { Name = name, Numcall = numcall };
    }

    private static bool IsText(string text, int length) => text.Length > 0 && text.Length <= length && PlainText.Holds(text);

    [GeneratedRegex(@"[ .()/-]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    // What goes into the dialplan: no comma, no &, no letter, no line break.
    [GeneratedRegex(@"\A(?=.{1,40}\z)\+?[0-9*#]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Dialled();
}
