namespace Expand.Server.Dialer.Pages;

/// <summary>Names the texts of the pages of contacts and their import: <c>ContactText.resx</c> in Spanish, <c>ContactText.en.resx</c> in English.</summary>
public sealed class ContactText;
