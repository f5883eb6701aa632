namespace Expand.Server.Forms.Pages;

/// <summary>Names the texts of the pages of forms: <c>FormText.resx</c> in Spanish, <c>FormText.en.resx</c> in English.</summary>
internal sealed class FormText;
