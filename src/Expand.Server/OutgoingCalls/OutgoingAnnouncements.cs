using Expand.Server.Platform.Announcements;

namespace Expand.Server.OutgoingCalls;

/// <summary>What is announced of a call: the call as the REST API shows it, times in UTC; <c>By</c>: the username of who did it, null for a client or the clock.</summary>
internal sealed record AnnouncedCall(
    long Id, string Queue, IReadOnlyList<string> Phone, string Contact, string Subject, DateTimeOffset Calldate, int Expiration, string Agent, string Status,
    IReadOnlyDictionary<string, string> Link, string? By);

/// <summary>Announcements of outgoing calls (<c>outgoing_call.*</c>): made where the call is changed, in its transaction.</summary>
internal static class OutgoingAnnouncements
{
    public const string Created = "outgoing_call.created";
    public const string Expired = "outgoing_call.expired";
    public const string Claimed = "outgoing_call.claimed";
    public const string Released = "outgoing_call.released";

    /// <summary>
    /// Writes down the expiry of calls as <see cref="OutgoingCallRepository.ExpireSql"/> does, and announces it. The data are those of <see cref="AnnouncedCall"/>.
    /// </summary>
    public const string ExpireSql =
        $"""
        with expired as ({OutgoingCallRepository.ExpireSql} returning *),
        told as (
            insert into announcements (type, at, data)
            select '{Expired}', status_at, jsonb_build_object('id', id, 'queue', queue, 'phone', to_jsonb(phones), 'contact', contact, 'subject', subject,
                'calldate', to_char(calldate at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'), 'expiration', expiration, 'agent', agent,
                'status', 'EXPIRED', 'link', link::jsonb, 'by', null)
            from expired order by status_at, id)
        select count(*)::int from expired
        """;

    /// <summary>What happened to a call by that deed; null where nothing did that is told.</summary>
    /// <param name="action">What the deed is called in the audit log; null for what is not audited: taking a call, and giving it back.</param>
    /// <param name="holder">Who had the call before.</param>
    /// <param name="after">Who has it now.</param>
    public static string? Of(string? action, int? holder, int? after) => action switch
    {
        "outgoing-call.changed" => "outgoing_call.changed",
        "outgoing-call.assigned" => "outgoing_call.assigned",
        "outgoing-call.postponed" => "outgoing_call.postponed",
        "outgoing-call.completed" => "outgoing_call.completed",
        "outgoing-call.canceled" => "outgoing_call.canceled",
        _ when holder == after => null,
        _ => after is null ? Released : Claimed,
    };

    public static Announcement Make(string type, DateTimeOffset at, OutgoingCall call, string? by) => Announcement.Of(type, at, new AnnouncedCall(
        call.Id, call.Queue, call.Phones, call.Contact, call.Subject, call.CallDate.ToUniversalTime(), call.Expiration, call.Agent, call.Status.Word(),
        OutgoingCallLinks.Read(call.Link), by));
}
