namespace Expand.Server.Platform.Rest;

/// <summary>A field of a request that takes JSON of its type, or a text in its place: its converter reads both, and the document says both.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AlsoTextAttribute : Attribute;
