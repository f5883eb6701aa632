namespace Expand.Server.Dialer.Preview;

/// <summary>Names the texts about contacts that agents call: <c>PreviewText.resx</c> in Spanish, <c>PreviewText.en.resx</c> in English.</summary>
public sealed class PreviewText;
