using System.Globalization;
using System.Text.RegularExpressions;
using Expand.Server.Platform.Rest;
using Parameter = Expand.Server.Platform.Rest.QueryParameter;

namespace Expand.Server.Queues;

/// <summary>The picture's events as server-sent events (contract, rest.md "Beyond the original").</summary>
internal static partial class EventsRest
{
    private const string LastEventId = "Last-Event-ID";
    private const string LastEventIdParameter = "last_event_id";
    private const string KindsParameter = "kinds";
    private const string QueueParameter = "queue";
    private const string IdRule = "takes the id of an event as it came, such as 5f0c9a1b2d3e-17";

    public static WebApplication MapEvents(this WebApplication app)
    {
        app.MapRest("/external/events", EventStreams.Scope, tag: "Events").MapGet("", Follow)
            .WithQuery(
                Parameter.Text(LastEventIdParameter, 100, "The id of the last event that was read, for clients that cannot set the header Last-Event-ID; the header counts where both are there.") with { Example = "5f0c9a1b2d3e-17" },
                Parameter.Text(KindsParameter, 100, "What events are about: agent, queue, call, or several of them with commas between. All of them where it is missing.") with { Example = "agent,call" },
                Parameter.Text(QueueParameter, 1000, "Only events of this queue, or of these with commas between. An agent's status is over all queues and is always shown."))
            .WithSummary("Agent, queue and call changes as they happen")
            .WithDescription(Description)
            .Answers<string>(StatusCodes.Status200OK, Example, EventStreams.ContentType).AnswersFromMemory()
            .Refuses(StatusCodes.Status429TooManyRequests, "the credential has 20 streams open, as many as it may");
        return app;
    }

    private static IResult Follow(Query query, HttpContext http, EventStreams streams)
    {
        var wrong = new Dictionary<string, string[]>();
        var header = http.Request.Headers[LastEventId].ToString();
        var fromHeader = Cursor(header, LastEventId, wrong);
        var fromQuery = Cursor(query.Text(LastEventIdParameter) ?? "", LastEventIdParameter, wrong);
        var kinds = Listed(query.Text(KindsParameter));
        if (kinds.Except(EventFilter.AllKinds).Any()) wrong[KindsParameter] = [$"takes {string.Join(", ", EventFilter.AllKinds)}, with commas between"];
        if (wrong.Count > 0) return Problem.Of(wrong);
        return new Stream(streams, fromHeader ?? fromQuery, new EventFilter(kinds, Listed(query.Text(QueueParameter))));
    }

    /// <summary>Null where there is none, or it is wrong.</summary>
    private static LiveCursor? Cursor(string text, string field, Dictionary<string, string[]> wrong)
    {
        if (text.Length == 0) return null;
        var parts = IdForm().Match(text);
        if (parts.Success) return new LiveCursor(parts.Groups["stream"].Value, long.Parse(parts.Groups["number"].Value, CultureInfo.InvariantCulture));
        wrong[field] = [IdRule];
        return null;
    }

    private static string[] Listed(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    [GeneratedRegex(@"^(?<stream>[0-9a-zA-Z]{1,64})-(?<number>[0-9]{1,18})\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();

    private sealed class Stream(EventStreams streams, LiveCursor? after, EventFilter filter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => streams.FollowAsync(httpContext, after, filter);
    }

    private const string Description =
        """
        Server-sent events (WHATWG HTML), as `EventSource` and its like read them. The first event is a `snapshot` of the whole picture; from there
        each event is a change, with what was `before` and `after`: `null` where there was or is nothing.

        Who comes back with the header `Last-Event-ID` goes on after that event and misses nothing; where that is too long ago, or another
        life of the server, the stream begins with a `snapshot` again. A client that reads too slowly gets a `snapshot` in between.

        | event | about | `before` and `after` |
        | --- | --- | --- |
        | `snapshot` | all | `staletimestamp`, `agents`, `queues` (`name`, `totals`, `members`, `calls`), `ringing`, each of the forms below |
        | `stale`, `fresh` | all | `staletimestamp`: since when the PBX is not heard; `null`: it is |
        | `agent_status` | agent | `agent`, `status` (`offline`, `available`, `ringing`, `busy`, `busyout`: paused in every queue, `originate`), `statetimestamp` |
        | `membership` (login, logout), `pause`, `member_state` (the phone) | agent | `queue`, `agent`, `device`, `state` (`waiting`, `ringing`, `busy`, `unavailable`), `logintimestamp`, `paused`, `pausereason`, `pausetimestamp` |
        | `ringing` | call | `queue`, `uniqueid`, `agent`, `device`, `ringuniqueid`, `timestamp` |
        | `call_waiting`, `call_dialled`, `call_connected`, `call_ended` | call | `queue`, `uniqueid`, `type` (`in`, `out`), `agent`, `ringuniqueid`, `callerid`, `calleridname`, `intimestamp`, `connecttimestamp` |
        | `queue_totals` | queue | `queue`, `waiting`, `ongoing`, `loggedin`, `paused` |

        Every 15 seconds of silence bring a comment. The stream ends within a second where its credential is revoked, loses the scope or gets another password.
        """;

    private const string Example =
        """
        retry: 2000

        id: 5f0c9a1b2d3e-17
        event: agent_status
        data: {"number":17,"at":"2026-11-25T10:15:30.123456-03:00","queue":"","agent":{"number":"101","username":"acosta"},"uniqueid":"","before":{"agent":{"number":"101","username":"acosta"},"status":"available","statetimestamp":"2026-11-25T10:02:11.000000-03:00"},"after":{"agent":{"number":"101","username":"acosta"},"status":"ringing","statetimestamp":"2026-11-25T10:15:30.123456-03:00"}}

        id: 5f0c9a1b2d3e-18
        event: queue_totals
        data: {"number":18,"at":"2026-11-25T10:15:34.200000-03:00","queue":"q_ventas","agent":null,"uniqueid":"","before":{"queue":"q_ventas","waiting":1,"ongoing":0,"loggedin":3,"paused":0},"after":{"queue":"q_ventas","waiting":0,"ongoing":1,"loggedin":3,"paused":0}}


        """;
}
