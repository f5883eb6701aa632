namespace Expand.Server.Recordings.Pages;

/// <summary>Names the texts of recorded parts of calls: <c>PartText.resx</c> in Spanish, <c>PartText.en.resx</c> in English.</summary>
public sealed class PartText;
