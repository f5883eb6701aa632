namespace Expand.Server.Dialer.Pages;

/// <summary>Names the texts of the pages of the dialer's settings: <c>DialerSettingText.resx</c> in Spanish, <c>DialerSettingText.en.resx</c> in English.</summary>
public sealed class DialerSettingText;
