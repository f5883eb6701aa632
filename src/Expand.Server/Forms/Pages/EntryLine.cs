using Expand.Server.Platform;

namespace Expand.Server.Forms.Pages;

/// <summary>A field of an entry as people read it.</summary>
/// <param name="Label">The field.</param>
/// <param name="Text">What was filled in.</param>
public sealed record EntryLine(string Label, string Text)
{
    /// <summary>What an entry holds, in the order of the form's fields; a field that the form lost since is called by its name.</summary>
    internal static IReadOnlyList<EntryLine> Of(string data, string fields)
    {
        var known = StoredJson.Read<List<FormField>>(fields).ToDictionary(f => f.Name ?? "");
        return
        [
            .. FormData.Read(data).Select(d => known.TryGetValue(d.Key, out var field)
                ? new EntryLine(field.Label ?? d.Key, string.Join(", ", d.Value.Select(v => field.Kind == FormFieldKind.Choice ? v.Label : v.Value)))
                : new EntryLine(d.Key, string.Join(", ", d.Value.Select(v => v.Value)))),
        ];
    }
}
