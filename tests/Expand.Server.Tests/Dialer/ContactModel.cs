using System.Net;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Dialer;

/// <summary>A contact as a plain model has it.</summary>
internal sealed class ModelContact
{
    public long Id { get; init; }

    public string Name { get; set; } = "";

    public string Numcall { get; set; } = "";

    public bool Enable { get; set; } = true;

    public string State { get; set; } = "Pending";

    public string Info { get; set; } = "{}";

    public string? Key { get; set; }

    public string Last { get; set; } = "";

    public int Version { get; set; } = 1;

    public List<string> Log { get; } = ["_Source_API_Apl"];

    public override string ToString() => $"{Id} {Name} {Numcall} {Enable} {State} {Info} {Key} {Last} {string.Join(',', Log)}";

    /// <summary>The same of an answer.</summary>
    public static string Of(JsonNode json) =>
        $"{json["id"]} {json["name"]} {json["numcall"]} {(bool)json["enable"]!} {json["state"]} {json["info"]!.ToJsonString()} {json["externalid"]} {json["lastattempt"]} "
        + string.Join(',', json["statelog"]!.AsArray().Select(l => (string)l!["transition"]!));
}

/// <summary>What one client says of a contact.</summary>
internal sealed record ModelRow(long? Id, string Name, string Numcall, bool? Enable, string Info, string? Key)
{
    public string Json
    {
        get
        {
            var row = new JsonObject { ["name"] = Name, ["numcall"] = Numcall, ["info"] = JsonNode.Parse(Info) };
            if (Id is not null) row["id"] = Id;
            if (Enable is not null) row["enable"] = Enable;
            if (Key is not null) row["externalid"] = Key;
            return row.ToJsonString();
        }
    }
}

/// <summary>The contacts of one client, which nobody else touches: plain lists and ifs, nothing of the code under test.</summary>
internal sealed class ContactModel
{
    public List<ModelContact> Contacts { get; } = [];

    public HttpStatusCode Add(ModelRow row, long id)
    {
        if (row.Numcall.Contains('x', StringComparison.Ordinal)) return HttpStatusCode.BadRequest;
        if (row.Key is not null && Contacts.Exists(c => c.Key == row.Key)) return HttpStatusCode.Conflict;
        var contact = new ModelContact { Id = id, Key = row.Key, Name = row.Name, Numcall = row.Numcall, Info = row.Info };
        if (row.Enable == false)
        {
            (contact.Enable, contact.State) = (false, "Canceled");
            contact.Log.Add("_Disabled");
        }

        Contacts.Add(contact);
        return HttpStatusCode.Created;
    }

    public HttpStatusCode Change(long id, ModelRow row, int? version)
    {
        if (row.Numcall.Contains('x', StringComparison.Ordinal)) return HttpStatusCode.BadRequest;
        if (Contacts.Find(c => c.Id == id) is not { } contact) return HttpStatusCode.NotFound;
        if (version is not null && version != contact.Version) return HttpStatusCode.PreconditionFailed;
        if (row.Key is not null && row.Key != contact.Key && (contact.Key is not null || Contacts.Exists(c => c.Key == row.Key))) return HttpStatusCode.Conflict;
        var enable = row.Enable ?? contact.Enable;
        if (enable != contact.Enable && contact.State is "Completed" or "Rejected" && enable != contact.Enable) return HttpStatusCode.Conflict;
        var before = contact.ToString();
        if (enable != contact.Enable)
        {
            contact.State = enable ? "Pending" : "Canceled";
            contact.Log.Add(enable ? "_Enabled" : "_Disabled");
        }

        (contact.Name, contact.Numcall, contact.Info, contact.Enable, contact.Key) = (row.Name, row.Numcall, row.Info, enable, row.Key ?? contact.Key);
        if (contact.ToString() != before) contact.Version++;
        return HttpStatusCode.OK;
    }

    /// <summary>Bulk: by id, by key, or new.</summary>
    public HttpStatusCode Upsert(ModelRow row, long id)
    {
        if (row.Id is { } known) return Change(known, row, null);
        return row.Key is not null && Contacts.Find(c => c.Key == row.Key) is { } same ? Change(same.Id, row, null) : Add(row, id);
    }

    /// <summary>The plan of the campaign: Busy three times, five attempts in all, nothing else twice.</summary>
    public bool Attempt(long id, string outcome)
    {
        var contact = Contacts.Find(c => c.Id == id)!;
        if (contact.State != "Pending" || contact.Last == "Answer") return false;
        contact.Log.Add(outcome);
        contact.Last = outcome;
        contact.Version++;
        var tries = contact.Log.Where(l => !l.StartsWith('_')).ToList();
        if (outcome == "Answer" || (outcome == "Busy" && tries.Count(t => t == "Busy") < 3 && tries.Count < 5)) return true;
        contact.State = "Rejected";
        contact.Log.Add("_Attempts_Spent");
        return true;
    }

    public bool Complete(long id)
    {
        var contact = Contacts.Find(c => c.Id == id)!;
        if (contact.State == "Completed") return true;
        if (contact.State != "Pending" || contact.Last != "Answer") return false;
        contact.State = "Completed";
        contact.Version++;
        return true;
    }

    public List<ModelContact> List(string? state, string order, bool descending)
    {
        var found = Contacts.Where(c => state is null || c.State == state);
        found = order switch
        {
            "name" => found.OrderBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Id),
            "numcall" => found.OrderBy(c => c.Numcall, StringComparer.Ordinal).ThenBy(c => c.Id),
            _ => found.OrderBy(c => c.Id),
        };
        return descending ? [.. found.Reverse()] : [.. found];
    }
}
