namespace Expand.Server.Access.Pages;

/// <summary>Names the texts of the page Credenciales API: <c>CredentialText.resx</c> in Spanish, <c>CredentialText.en.resx</c> in English.</summary>
internal sealed class CredentialText;
