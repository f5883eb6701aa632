using System.Text.Json;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Announcements;

namespace Expand.Server.Dialer.Engine;

/// <summary>An attempt that is over, as other systems are told of it.</summary>
internal sealed record CampaignAttempted(
    [property: JsonPropertyName("campaign")] int Campaign,
    [property: JsonPropertyName("queue")] string Queue,
    [property: JsonPropertyName("contact")] long Contact,
    [property: JsonPropertyName("externalid")] string? ExternalId,
    [property: JsonPropertyName("numcall")] string Numcall,
    [property: JsonPropertyName("uniqueid")] string UniqueId,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("agent")] string Agent,
    [property: JsonPropertyName("called")] DateTimeOffset Called,
    [property: JsonPropertyName("answered")] DateTimeOffset? Answered,
    [property: JsonPropertyName("connected")] DateTimeOffset? Connected,
    [property: JsonPropertyName("ended")] DateTimeOffset Ended,
    [property: JsonPropertyName("info")] JsonElement Info)
{
    public const string Type = "campaign.attempted";

    public static Announcement Of(DialAttempt attempt, Campaign campaign, Contact? contact)
    {
        using var info = JsonDocument.Parse(contact?.Info ?? ContactInfo.None);
        return Announcement.Of(Type, attempt.EndedAt!.Value, new CampaignAttempted(
            campaign.Id, campaign.Queue, attempt.Contact, contact?.ExternalId, attempt.Numcall, attempt.ChannelId, attempt.Outcome!.Value.ToString(), attempt.Agent,
            attempt.AskedAt ?? attempt.ClaimedAt, attempt.AnsweredAt, attempt.ConnectedAt, attempt.EndedAt.Value, info.RootElement.Clone()));
    }
}
