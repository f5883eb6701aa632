namespace Expand.Server.Lists.Pages;

/// <summary>Names the texts of the pages of lists: <c>ListText.resx</c> in Spanish, <c>ListText.en.resx</c> in English.</summary>
internal sealed class ListText;
