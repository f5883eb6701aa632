using System.Globalization;
using System.Security.Claims;
using Expand.Server.Access;
using Expand.Server.Access.Pages;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Ui.Pages;

/// <summary>
/// A page over plain HTTP on which users change something of their own account: the answer renews the session's cookie, which a live page cannot.
/// </summary>
public abstract class AccountFormPage : ComponentBase
{
    [CascadingParameter]
    private protected HttpContext Http { get; set; } = null!;

    [Inject]
    private protected OwnAccount Account { get; set; } = null!;

    [Inject]
    private protected NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private protected IStringLocalizer<AccountText> Texts { get; set; } = null!;

    /// <summary>Why the form was refused; null where it was not.</summary>
    private protected Failure? Refused { get; set; }

    /// <summary>Who is signed in.</summary>
    private protected int Id => int.Parse(Http.User.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);

    private protected Actor Me => new(Http.User.Identity?.Name ?? "-", Http.Connection.RemoteIpAddress?.ToString());

    /// <summary>The refusal in the visitor's words.</summary>
    private protected string? Refusal => Refused switch
    {
        null => null,
        { Kind: FailureKind.Conflict, Field: "current" } => Texts["locked"].Value,
        { Kind: FailureKind.Conflict, Field: "code" } => Texts["ended.code"].Value,
        { Field: { } at } => Texts["wrong." + at].Value,
        _ => Texts[IsFactorOn ? "already.on" : "already.off"].Value,
    };

    /// <summary>Says of a conflict what the state is.</summary>
    private protected virtual bool IsFactorOn => false;

    /// <summary>Whether the field was refused: it is marked, and described by the refusal.</summary>
    private protected string? InvalidAt(string field) => Refused?.Field == field ? "true" : null;

    /// <summary>What the fields are described by.</summary>
    private protected string? RefusalId => Refused is null ? null : "refusal";

    /// <summary>Back to the account, which says what was done.</summary>
    private protected void Done(string what) => Navigation.NavigateTo($"{UiDoors.Account}?hecho={what}");
}
