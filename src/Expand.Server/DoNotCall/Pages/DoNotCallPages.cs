using System.Globalization;
using Expand.Server.Access;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;

namespace Expand.Server.DoNotCall.Pages;

/// <summary>Where the pages are, who sees them, and the words that they share.</summary>
internal static class DoNotCallPages
{
    public const string Home = "/supervision/no-llamar";
    public const string Exemptions = Home + "/excepciones";
    public const string Evidence = Home + "/evidencia";

    /// <summary>Who sees the pages; registers are to be changed by those who are administrators too.</summary>
    public const string Visitors = Roles.Supervisor;

    /// <summary>Days before its end from which on a register's edition is warned of.</summary>
    private const int WarnedDays = 5;

    public static string Of(NumberList list) => string.Create(CultureInfo.InvariantCulture, $"{Home}/listas/{list.Id}");

    public static string ImportOf(NumberList list) => Of(list) + "/importar";

    public static async Task<bool> IsAdministratorAsync(this Task<AuthenticationState> visitor) => (await visitor).User.IsInRole(Roles.Administrator);

    /// <summary>How a register's edition stands: <c>none</c>, <c>expired</c>, <c>ending</c> or <c>valid</c>; empty of another list.</summary>
    public static string Validity(this NumberList list, DateOnly today) =>
        list.Kind != NumberListKind.Registry ? ""
        : list.ValidUntil is not { } until ? "none"
        : until < today ? "expired"
        : until.DayNumber - today.DayNumber <= WarnedDays ? "ending" : "valid";

    public static string Day(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly? DayOf(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public static string Count(this long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>What a list is, in words.</summary>
    public static string KindOf(this IStringLocalizer<DoNotCallText> texts, NumberList list) =>
        list.Kind == NumberListKind.Campaign ? texts["kind.Campaign.of", list.CampaignId!] : texts["kind." + list.Kind];
}
