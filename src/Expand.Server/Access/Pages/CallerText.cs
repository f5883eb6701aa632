namespace Expand.Server.Access.Pages;

/// <summary>Names the texts that the pages Claves and Credenciales API have in common: <c>CallerText.resx</c> in Spanish, <c>CallerText.en.resx</c> in English.</summary>
internal sealed class CallerText;
