namespace Expand.Server.Platform;

/// <summary>
/// What a room adds to the demonstration of an installation without a PBX of its own. Called in the order of registration, once per installation,
/// after the people and queues are there; one that was cut short is called again and must find what it made.
/// </summary>
internal interface IDemoPart
{
    /// <summary>Its name, under which it is remembered that it was made; never changed.</summary>
    string Name { get; }

    /// <summary>Makes it, by the room's own use cases.</summary>
    Task MakeAsync(CancellationToken ct);
}
