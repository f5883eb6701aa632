using System.Globalization;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>A contact's log as it is stored: <c>[{"at": "2017-07-12T18:43:40Z", "transition": "Answer"}]</c>, in UTC.</summary>
internal static class StateLogJson
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string Write(IEnumerable<StateChange> log) => StoredJson.Write(log.Select(Line));

    public static IReadOnlyList<StateChange> Read(string text) => [.. StoredJson.Read<List<Entry>>(text).Select(Change)];

    private static Entry Line(StateChange change) => new(change.At.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture), change.Transition);

    private static StateChange Change(Entry line) =>
        new(DateTimeOffset.ParseExact(line.At, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), line.Transition);

    private sealed record Entry(string At, string Transition);
}
