using Expand.Server.Platform;

namespace Expand.Server.DoNotCall;

/// <summary>A list as it is made.</summary>
/// <param name="Kind">Whom it speaks for.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Campaign">The campaign that it is of; null of any other kind.</param>
internal sealed record NumberListForm(NumberListKind Kind, string Name, int? Campaign = null)
{
    public string Name { get; } = Name.Trim();

    /// <summary>The first rule that it breaks.</summary>
    public Failure? Wrong() =>
        !Enum.IsDefined(Kind) ? Failure.Invalid("kind", "is no kind of list")
        : WrongName(Name) ?? (Kind == NumberListKind.Campaign
            ? Campaign is > 0 ? null : Failure.Invalid("campaign", "is required: the number of the campaign that the list is of")
            : Campaign is null ? null : Failure.Invalid("campaign", "goes with a list of a campaign only"));

    /// <summary>The rule that a name breaks.</summary>
    public static Failure? WrongName(string name) =>
        name.Length == 0 ? Failure.Invalid("name", "is required")
        : name.Length > NumberList.NameLength ? Failure.Invalid("name", $"may have {NumberList.NameLength} characters at most")
        : PlainText.Holds(name) ? null : Failure.Invalid("name", PlainText.Rule);
}
