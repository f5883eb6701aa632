namespace Expand.Server.Crm.Pages;

/// <summary>Names the texts of the web services' page and of the caller's card: <c>CrmText.resx</c> in Spanish, <c>CrmText.en.resx</c> in English.</summary>
public sealed class CrmText;
