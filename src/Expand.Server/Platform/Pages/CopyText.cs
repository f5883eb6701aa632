namespace Expand.Server.Platform.Pages;

/// <summary>Names the texts of <see cref="CopyBox"/>.</summary>
public sealed class CopyText;
