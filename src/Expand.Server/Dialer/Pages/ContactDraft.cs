using System.Text.Json;
using Expand.Server.Platform;

namespace Expand.Server.Dialer.Pages;

/// <summary>A contact while it is filled in. Public because components are.</summary>
public sealed class ContactDraft
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its number.</summary>
    public string Numcall { get; set; } = "";

    /// <summary>The customer's own key of it.</summary>
    public string ExternalId { get; set; } = "";

    /// <summary>Its own time zone; empty: the campaign's.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>Its additional data.</summary>
    public IList<InfoDraft> Info { get; } = [];

    internal int Campaign { get; private init; }

    /// <summary>The contact as it was seen; null: a new one.</summary>
    internal Contact? Seen { get; private init; }

    internal static ContactDraft New(int campaign) => new() { Campaign = campaign };

    internal static ContactDraft Of(Contact contact)
    {
        var draft = new ContactDraft
        {
            Campaign = contact.Campaign,
            Seen = contact,
            Name = contact.Name,
            Numcall = contact.Numcall,
            ExternalId = contact.ExternalId ?? "",
            TimeZone = contact.TimeZone ?? "",
        };
        foreach (var member in JsonElement.Parse(contact.Info).EnumerateObject()) draft.Info.Add(InfoDraft.Of(member));
        return draft;
    }

    /// <summary>The form, or what is wrong with the additional data.</summary>
    internal Result<ContactForm> ToForm()
    {
        var info = new Dictionary<string, JsonElement>();
        foreach (var row in Info.Where(r => r.Key.Trim().Length > 0 || r.Value.Length > 0))
        {
            if (row.Key.Trim().Length == 0 || !info.TryAdd(row.Key.Trim(), row.ToJson())) return Failure.Invalid("info", "takes a name for each value, each once");
        }

        return new ContactForm(Name, Numcall, Seen?.Enable, StoredJson.Write(info), ExternalId.Trim().Length == 0 ? null : ExternalId.Trim()) { TimeZone = TimeZone.Trim() };
    }
}

/// <summary>A member of the additional data while it is filled in.</summary>
public sealed class InfoDraft
{
    private JsonElement? raw;
    private string before = "";

    /// <summary>Its name.</summary>
    public string Key { get; set; } = "";

    /// <summary>Its value.</summary>
    public string Value { get; set; } = "";

    internal static InfoDraft Of(JsonProperty member)
    {
        var value = TextOf(member.Value);
        return new() { Key = member.Name, Value = value, raw = member.Value.ValueKind == JsonValueKind.String ? null : member.Value, before = value };
    }

    internal static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>What was no text stays what it was where nobody wrote another.</summary>
    internal JsonElement ToJson() => raw is { } other && Value == before ? other : JsonSerializer.SerializeToElement(Value);
}
