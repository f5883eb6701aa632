namespace Expand.Server.Sms.Pages;

/// <summary>Names the texts about the settings of SMS: <c>SmsSettingsText.resx</c> in Spanish, <c>SmsSettingsText.en.resx</c> in English.</summary>
public sealed class SmsSettingsText;
