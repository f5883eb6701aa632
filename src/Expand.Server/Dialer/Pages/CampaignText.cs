namespace Expand.Server.Dialer.Pages;

/// <summary>Names the texts of the pages of campaigns: <c>CampaignText.resx</c> in Spanish, <c>CampaignText.en.resx</c> in English.</summary>
public sealed class CampaignText;
