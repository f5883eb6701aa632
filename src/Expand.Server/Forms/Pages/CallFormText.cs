namespace Expand.Server.Forms.Pages;

/// <summary>Names the texts of the forms of a call: <c>CallFormText.resx</c> in Spanish, <c>CallFormText.en.resx</c> in English.</summary>
public sealed class CallFormText;
