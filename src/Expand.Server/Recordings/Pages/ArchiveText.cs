namespace Expand.Server.Recordings.Pages;

/// <summary>Names the texts of the recordings' settings: <c>ArchiveText.resx</c> in Spanish, <c>ArchiveText.en.resx</c> in English.</summary>
public sealed class ArchiveText;
