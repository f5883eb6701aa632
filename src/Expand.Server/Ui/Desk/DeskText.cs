namespace Expand.Server.Ui.Desk;

/// <summary>Names the texts of the agent's page: <c>DeskText.resx</c> in Spanish, <c>DeskText.en.resx</c> in English.</summary>
public sealed class DeskText;
