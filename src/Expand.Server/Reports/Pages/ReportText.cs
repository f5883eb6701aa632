namespace Expand.Server.Reports.Pages;

/// <summary>Names the reports' texts: <c>ReportText.resx</c> in Spanish, <c>ReportText.en.resx</c> in English.</summary>
public sealed class ReportText;
