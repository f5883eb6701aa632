namespace Expand.Server.DoNotCall.Pages;

/// <summary>Names the texts of the pages about numbers that are not to be called: <c>DoNotCallText.resx</c> in Spanish, <c>DoNotCallText.en.resx</c> in English.</summary>
public sealed class DoNotCallText;
