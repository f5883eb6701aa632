namespace Expand.Server.Access.Pages;

/// <summary>Names the texts of the page Usuarios y perfiles: <c>UserText.resx</c> in Spanish, <c>UserText.en.resx</c> in English.</summary>
internal sealed class UserText;
