namespace Expand.Server.Access.Pages;

/// <summary>Names the texts of the page Inspector: <c>InspectorText.resx</c> in Spanish, <c>InspectorText.en.resx</c> in English.</summary>
public sealed class InspectorText;
