namespace Expand.Server.Platform.Pages;

/// <summary>Names the texts that pages of every room share: <c>PageText.resx</c> in Spanish, <c>PageText.en.resx</c> in English.</summary>
public sealed class PageText;
