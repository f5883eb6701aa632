namespace Expand.Server.Queues.Pages;

/// <summary>Names the texts of the page Colas y agentes: <c>QueueText.resx</c> in Spanish, <c>QueueText.en.resx</c> in English.</summary>
public sealed class QueueText;
