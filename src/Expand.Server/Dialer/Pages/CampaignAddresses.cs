using System.Globalization;

namespace Expand.Server.Dialer.Pages;

/// <summary>Where the pages of campaigns are.</summary>
internal static class CampaignAddresses
{
    public const string All = "/supervision/campanas";
    public const string New = All + "/nueva";

    /// <summary>The sections of a campaign, as their addresses end; the first is the dashboard.</summary>
    public static readonly IReadOnlyList<string> Sections = ["", "configuracion", "contactos", "importar", "actividad"];

    public static string Of(int campaign, string section = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{All}/{campaign}{(section.Length == 0 ? "" : "/")}{section}");

    public static string Contact(int campaign, long contact) => string.Create(CultureInfo.InvariantCulture, $"{Of(campaign, "contactos")}?contacto={contact}");

    /// <summary>The page of a call, with its recordings.</summary>
    public static string Call(string uniqueId) => $"/informes/llamadas/{Uri.EscapeDataString(uniqueId)}";
}
