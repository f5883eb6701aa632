namespace Expand.Server.Access.Pages;

/// <summary>Names the texts of the page Claves: <c>KeyText.resx</c> in Spanish, <c>KeyText.en.resx</c> in English.</summary>
internal sealed class KeyText;
