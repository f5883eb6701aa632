using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Expand.Server.Webhooks;

/// <summary>A kind of event that webhooks are told.</summary>
/// <param name="Name">The type in the message, such as <c>agent.paused</c>. Its description is the text <c>event.NAME</c>.</param>
/// <param name="IsAnnounced">Whether the room where it happens announces it; else it is read from what is written down anyway.</param>
/// <param name="HasQueue">Whether its data may name a queue, by which a webhook may choose.</param>
/// <param name="Example">An example of its data, JSON.</param>
internal sealed record EventType(string Name, bool IsAnnounced, bool HasQueue, string Example)
{
    /// <summary>What it is about: the part before the dot.</summary>
    public string Subject => Name[..Name.IndexOf('.', StringComparison.Ordinal)];
}

/// <summary>All events that there are: what the page offers, the documentation lists and the tests hold against what is told.</summary>
internal static class EventCatalogue
{
    /// <summary>What the test button sends; nobody subscribes to it.</summary>
    public const string Test = "webhook.test";

    private const string Agent = """{"number":"301","username":"pperez"}""";
    private const string Call = "\"queue\":\"q_ventas\",\"uniqueid\":\"1764259200.117\",\"callerId\":\"099123456\"";
    private const string Outgoing =
        """
        {"id":57,"queue":"q_ventas","phone":["099123456"],"contact":"Pedro","subject":"Renovación","calldate":"2026-11-27T18:00:00+00:00","expiration":3600,"agent":"pperez","status":"STATUS","link":{"CRM":"https://crm.example.com/57"},"by":BY}
        """;

    /// <summary>The events, by subject.</summary>
    public static IReadOnlyList<EventType> All { get; } =
    [
        Told("agent.logged_in", $$"""{"agent":{{Agent}},"queue":"q_ventas"}"""),
        Told("agent.logged_out", $$"""{"agent":{{Agent}},"queue":"q_ventas"}"""),
        Told("agent.paused", $$"""{"agent":{{Agent}},"queue":"q_ventas","reason":"Almuerzo"}"""),
        Told("agent.unpaused", $$"""{"agent":{{Agent}},"queue":"q_ventas"}"""),
        Told("agent.call_dialled", $$"""{"agent":{{Agent}},{{Call}},"destination":"099123456"}"""),
        Told("agent.call_ended", $$"""{"agent":{{Agent}},{{Call}},"destination":"099123456","talkSeconds":74}"""),
        Told("queue.call_entered", $$"""{{{Call}}}"""),
        Told("queue.call_ringing", $$"""{{{Call}},"agent":{{Agent}}}"""),
        Told("queue.call_missed", $$"""{{{Call}},"agent":{{Agent}},"cause":"NO ANSWER"}"""),
        Told("queue.call_connected", $$"""{{{Call}},"agent":{{Agent}},"waitSeconds":12}"""),
        Told("queue.call_completed", $$"""{{{Call}},"agent":{{Agent}},"endedBy":"caller","waitSeconds":12,"talkSeconds":185}"""),
        Told("queue.call_transferred", $$"""{{{Call}},"agent":{{Agent}},"destination":"203","waitSeconds":12,"talkSeconds":40}"""),
        Told("queue.call_abandoned", $$"""{{{Call}},"waitSeconds":95}"""),
        new("call.ended", false, false,
            """
            {"uniqueid":"1764259200.117","linkedid":"1764259200.117","sequence":12,"src":"099123456","dst":"24001000","callerid":"\"Pedro\" <099123456>","calldate":"2026-11-27T16:00:00+00:00","answered":"2026-11-27T16:00:04+00:00","ended":"2026-11-27T16:03:09+00:00","duration":189,"billsec":185,"disposition":"ANSWERED","callinfo":"01-43-1"}
            """),
        Announced("call.ringing", """{"id":"e68af1aa","uniqueid":"1764259200.3867865514","src":"301","dst":"099123456","status":"RINGING","code":1}"""),
        Announced("call.answered", """{"id":"e68af1aa","uniqueid":"1764259200.3867865514","src":"301","dst":"099123456","status":"ANSWER","code":2}"""),
        Announced("call.finished", """{"id":"e68af1aa","uniqueid":"1764259200.3867865514","src":"301","dst":"099123456","status":"HUNGUP","code":3,"answered":true}"""),
        OfOutgoing("created", "PENDING"),
        OfOutgoing("changed", "PENDING"),
        OfOutgoing("assigned", "PENDING", "\"supervisor1\""),
        OfOutgoing("claimed", "PENDING", "\"pperez\""),
        OfOutgoing("released", "PENDING", "\"pperez\""),
        OfOutgoing("postponed", "PENDING", "\"pperez\""),
        OfOutgoing("completed", "COMPLETED", "\"pperez\""),
        OfOutgoing("canceled", "CANCELED", "\"supervisor1\""),
        OfOutgoing("expired", "EXPIRED"),
        new("campaign.attempted", true, true,
            """
            {"campaign":3,"queue":"q_ventas","contact":1204,"externalid":"R-0017","numcall":"099123456","uniqueid":"1764259200.4294969211","outcome":"Answer","agent":"301","called":"2026-11-27T16:00:00+00:00","answered":"2026-11-27T16:00:09+00:00","connected":"2026-11-27T16:00:11+00:00","ended":"2026-11-27T16:03:09+00:00","info":{"plan":"Fibra 300"}}
            """),
        Announced("sms.sent", """{"id":81,"recipient":"099123456","state":"SENT","reason":null,"segments":1,"at":"2026-11-27T16:00:01+00:00"}"""),
        Announced("sms.delivered", """{"id":81,"recipient":"099123456","state":"DELIVERED","reason":null,"segments":1,"at":"2026-11-27T16:00:04+00:00"}"""),
        Announced("sms.failed", """{"id":81,"recipient":"099123456","state":"ERROR","reason":"not delivered: EXPIRED","segments":1,"at":"2026-11-27T16:00:02+00:00"}"""),
    ];

    /// <summary>The event of that name; null where there is none.</summary>
    public static EventType? Find(string name) => All.FirstOrDefault(e => e.Name == name);

    /// <summary>A whole message as an example.</summary>
    public static string Message(EventType type) =>
        EventMessage.Body(type.Name, new DateTimeOffset(2026, 11, 27, 16, 0, 0, TimeSpan.Zero), type.Example.Trim());

    private static EventType Told(string name, string example) => new(name, false, true, example);

    private static EventType Announced(string name, string example) => new(name, true, false, example);

    private static EventType OfOutgoing(string what, string status, string by = "null") => new("outgoing_call." + what, true, true,
        Outgoing.Trim().Replace("STATUS", status, StringComparison.Ordinal).Replace(":BY", ":" + by, StringComparison.Ordinal));
}

/// <summary>The message that is sent: type, timestamp and data, as Standard Webhooks recommend. Times are UTC, ISO 8601 with their offset.</summary>
internal static class EventMessage
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <param name="type">What happened.</param>
    /// <param name="at">When.</param>
    /// <param name="data">The data, JSON.</param>
    public static string Body(string type, DateTimeOffset at, string data) =>
        $$"""{"type":{{Data(type)}},"timestamp":{{Data(at.ToUniversalTime())}},"data":{{data}}}""";

    /// <summary>Data as JSON.</summary>
    public static string Data<T>(T data) => JsonSerializer.Serialize(data, Json);
}
