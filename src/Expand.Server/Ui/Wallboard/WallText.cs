namespace Expand.Server.Ui.Wallboard;

/// <summary>Names the texts of the wallboard: <c>WallText.resx</c> in Spanish, <c>WallText.en.resx</c> in English.</summary>
public sealed class WallText;
