namespace Expand.Server.Cdr.Pages;

/// <summary>Names the texts of the page Plantillas de cdrCustom: <c>CdrText.resx</c> in Spanish, <c>CdrText.en.resx</c> in English.</summary>
public sealed class CdrText;
