namespace Expand.Server.Access.Pages;

/// <summary>Names the texts of the page Mi cuenta and of the second factor: <c>AccountText.resx</c> in Spanish, <c>AccountText.en.resx</c> in English.</summary>
internal sealed class AccountText;
