namespace Expand.Server.Forms.Pages;

/// <summary>Names the texts beside the fields of a form that is filled in: <c>FormFieldText.resx</c> in Spanish, <c>FormFieldText.en.resx</c> in English.</summary>
public sealed class FormFieldText;
