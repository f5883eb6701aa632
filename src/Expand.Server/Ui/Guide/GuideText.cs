namespace Expand.Server.Ui.Guide;

/// <summary>Names the texts of the page Primeros pasos: <c>GuideText.resx</c> in Spanish, <c>GuideText.en.resx</c> in English.</summary>
public sealed class GuideText;
