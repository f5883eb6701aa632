namespace Expand.Server.Access.Pages;

/// <summary>Names the texts of the page Auditoría; what was done has a text <c>action.CODE</c>: <c>AuditText.resx</c> in Spanish, <c>AuditText.en.resx</c> in English.</summary>
internal sealed class AuditText;
