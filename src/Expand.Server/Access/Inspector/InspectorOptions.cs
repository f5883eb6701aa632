using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Access.Inspector;

/// <summary>What is kept of the requests of SOAP and REST clients, section <c>Inspector</c>.</summary>
internal sealed class InspectorOptions
{
    /// <summary>Whether anything is kept at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests kept of each key and each credential; so many are also kept of those that were refused and named none.</summary>
    [Range(1, 10_000)]
    public int PerCaller { get; set; } = 200;

    /// <summary>Days after which a request is forgotten, however few there are.</summary>
    [Range(1, 365)]
    public int Days { get; set; } = 7;

    /// <summary>Bytes kept of a body.</summary>
    [Range(256, 1024 * 1024)]
    public int BodyBytes { get; set; } = 16 * 1024;
}
