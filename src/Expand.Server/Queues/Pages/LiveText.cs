namespace Expand.Server.Queues.Pages;

/// <summary>Names the texts about what is so now: <c>LiveText.resx</c> in Spanish, <c>LiveText.en.resx</c> in English.</summary>
public sealed class LiveText;
