using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>A contact as the contract answers it.</summary>
public sealed record ContactRecord
{
    /// <summary>When the last attempt was made.</summary>
    [Description("When the last attempt was made, in the installation's time zone; empty before the first.")]
    public required string AttemptTimestamp { get; init; }

    /// <summary>Whether it is to be called.</summary>
    [Description("Whether the contact is to be called.")]
    public required bool Enable { get; init; }

    /// <summary>The client's own key of it.</summary>
    [Description("The client's own key of the contact, unique in the campaign; answered only where there is one.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExternalId { get; init; }

    /// <summary>Its id.</summary>
    [Description("The contact's id.")]
    public required long Id { get; init; }

    /// <summary>The contact that it is called as.</summary>
    [Description("The same as id, unless the contact was redialled as another call.")]
    public required long IdCall { get; init; }

    /// <summary>Additional data.</summary>
    [Description("Additional data, an object.")]
    public required JsonElement Info { get; init; }

    /// <summary>How the last attempt ended.</summary>
    [Description("How the last attempt ended: Answer, Busy, NoAnswer, Congestion, Abandoned or AnsweringMachine; empty before the first.")]
    public required string LastAttempt { get; init; }

    /// <summary>Its name.</summary>
    [Description("The contact's name.")]
    public required string Name { get; init; }

    /// <summary>Its number.</summary>
    [Description("The number that is called.")]
    public required string Numcall { get; init; }

    /// <summary>Its state.</summary>
    [Description("Pending, Completed, Rejected (every attempt is spent) or Canceled (disabled, or the campaign ended).")]
    public required string State { get; init; }

    /// <summary>What happened to it.</summary>
    [Description("What happened to the contact, in order.")]
    public required IReadOnlyList<StateLogRecord> StateLog { get; init; }

    /// <summary>Its own time zone.</summary>
    [Description("The contact's own time zone, an IANA name; answered only where there is one.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimeZone { get; init; }

    /// <summary>Since when it is in its state.</summary>
    [Description("Since when the contact is in its state, in the installation's time zone.")]
    public required string StateTimestamp { get; init; }

    internal static ContactRecord Of(Contact contact, LocalTime zone) => new()
    {
        AttemptTimestamp = contact.AttemptAt is { } at ? zone.Format(at) : "",
        Enable = contact.Enable,
        ExternalId = contact.ExternalId,
        Id = contact.Id,
        IdCall = contact.IdCall ?? contact.Id,
        Info = JsonElement.Parse(contact.Info),
        LastAttempt = contact.LastAttempt?.ToString() ?? "",
        Name = contact.Name,
        Numcall = contact.Numcall,
        State = contact.State.ToString(),
        StateLog = [.. contact.StateLog.Select(l => new StateLogRecord { Timestamp = zone.Format(l.At), Transition = l.Transition })],
        TimeZone = contact.TimeZone,
        StateTimestamp = zone.Format(contact.StateAt),
    };
}

/// <summary>A line of a contact's log.</summary>
public sealed record StateLogRecord
{
    /// <summary>When.</summary>
    [Description("When it happened, in the installation's time zone.")]
    public required string Timestamp { get; init; }

    /// <summary>What.</summary>
    [Description("An attempt's outcome (Answer, Busy, …), or what happened else: "
        + "_Source_API_Apl, _Source_File, _Source_Page, _Disabled, _Enabled, _Attempts_Spent, _Campaign_Finalized, _Do_Not_Call.")]
    public required string Transition { get; init; }
}
