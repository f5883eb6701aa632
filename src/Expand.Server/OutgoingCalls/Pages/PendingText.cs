namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>Names the texts about pending calls: <c>PendingText.resx</c> in Spanish, <c>PendingText.en.resx</c> in English.</summary>
public sealed class PendingText;
