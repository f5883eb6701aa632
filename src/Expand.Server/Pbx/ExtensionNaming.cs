using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Pbx;

/// <summary>An administrator gives an extension another caller-ID name than the PBX has, or takes it back.</summary>
internal sealed class ExtensionNaming(ExtensionNames names, ExtensionDirectory extensions)
{
    /// <summary>Counts on this host at once and on every other within a second; empty: the PBX's name again.</summary>
    public Task<Failure?> NameAsync(string number, string name, Actor actor, CancellationToken ct) =>
        names.NameAsync(number, extensions.Find(number) is not null, name, actor, ct);

    /// <summary>The name given here; null where none is.</summary>
    public string? Of(string number) => names.Of(number);
}
