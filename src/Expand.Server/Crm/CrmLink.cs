using Expand.Server.Access.Settings;

namespace Expand.Server.Crm;

/// <summary>A call as the link to the CRM may name it.</summary>
internal sealed record CrmCall(string UniqueId, string CallerId, string Name, string Queue, string Agent, string IvrData);

/// <summary>The address of a caller's record in the CRM, by the administrator's template.</summary>
internal sealed class CrmLink(Settings<CrmSettings> settings)
{
    public static readonly IReadOnlyList<string> Names = ["callerid", "name", "ivrdata", "uniqueid", "queue", "agent"];

    /// <summary>Null where no template is set.</summary>
    public string? For(CrmCall call) => settings.Value.LinkTemplate is { Length: > 0 } template ? Fill(template, call) : null;

    public static string Fill(string template, CrmCall call) =>
        CrmTemplate.Fill(template, [.. Names.Zip([call.CallerId, call.Name, call.IvrData, call.UniqueId, call.Queue, call.Agent], KeyValuePair.Create)], CrmPlace.Url);

    /// <summary>The rule that a template breaks; null where it breaks none.</summary>
    public static string? Broken(string template)
    {
        if (template.Length == 0) return null;
        if (template.Length > CrmServiceRules.LongestUrl || template.Any(char.IsControl)) return $"has up to {CrmServiceRules.LongestUrl} characters and no control characters";
        if (CrmTemplate.FirstUnknown(template, Names) is { } unknown) return $"{{{unknown}}} is none of {string.Join(", ", Names.Select(n => $"{{{n}}}"))}";
        var (one, other) = (Fill(template, Of("x")), Fill(template, Of("y.z")));
        if (!Uri.TryCreate(one, UriKind.Absolute, out var first) || !Uri.TryCreate(other, UriKind.Absolute, out var second) || first.Scheme is not ("http" or "https"))
            return "is an address that begins with http:// or https://";
        return first.Authority == second.Authority ? null : "has placeholders only behind the host";

        static CrmCall Of(string value) => new(value, value, value, value, value, value);
    }
}
