namespace Expand.Server.Webhooks.Pages;

/// <summary>Names the texts of the webhooks' pages: <c>WebhookText.resx</c> in Spanish, <c>WebhookText.en.resx</c> in English.</summary>
public sealed class WebhookText;
