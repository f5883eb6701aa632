namespace Expand.Server.Recordings.Pages;

/// <summary>Names the texts of the player: <c>PlayerText.resx</c> in Spanish, <c>PlayerText.en.resx</c> in English.</summary>
public sealed class PlayerText;
