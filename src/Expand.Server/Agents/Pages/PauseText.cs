namespace Expand.Server.Agents.Pages;

/// <summary>Names the texts of the page Motivos de pausa: <c>PauseText.resx</c> in Spanish, <c>PauseText.en.resx</c> in English.</summary>
public sealed class PauseText;
