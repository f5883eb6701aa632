using Expand.Server.Pbx;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Holds the sessions that are open by the queue_log against the PBX's own list of members, once for each list: members that Asterisk kept
/// over its restart, that are set in its configuration, or that are gone without a line.
/// </summary>
internal static class MemberComparison
{
    /// <summary>Lines and list may tell of the same moment in either order.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>Whether all lines from before the list, and for a while after it, are read.</summary>
    public static bool IsDue(MemberList list, DateTimeOffset caughtUpAt) => caughtUpAt >= list.At + Margin;

    /// <summary>Mends the book; returns what differed.</summary>
    public static async Task<IReadOnlyList<string>> CompareAsync(
        ActivityBook book, string pbx, MemberList list, NpgsqlConnection connection, CancellationToken ct)
    {
        var differences = new List<string>();
        var members = list.Members.GroupBy(m => (m.Queue, m.Agent)).ToDictionary(g => g.Key, g => g.First());
        foreach (var doubt in book.Doubts.Where(d => d.Since <= list.AskedAt).ToList())
        {
            if (!members.TryGetValue((doubt.Queue, doubt.Agent), out var kept))
            {
                book.Dismiss(doubt);
                continue;
            }

            book.Confirm(doubt, kept.Paused).Device ??= kept.Device;
            differences.Add($"{doubt.Agent} was kept in {doubt.Queue} over a restart");
        }

        var open = book.Sessions.ToDictionary(s => (s.Queue, s.Agent));
        // Who logged in after the PBX was asked may not be in its list yet.
        foreach (var session in open.Values.Where(s => s.BeganAt < list.AskedAt - Margin))
        {
            if (members.TryGetValue((session.Queue, session.Agent), out var listed)) session.Device ??= listed.Device;
            if (IsListed(session, list)) continue;
            book.LogOut(session.Queue, session.Agent, Sightings.WholeSecond(list.AskedAt));
            differences.Add($"{session.Agent} is no longer in {session.Queue}");
        }

        foreach (var member in members.Values.Where(m => !open.ContainsKey((m.Queue, m.Agent)) && !open.ContainsKey((m.Queue, m.Device))))
        {
            var lastEnd = await LastEndAsync(pbx, member, list.At, connection, ct);
            // Lines that came after the list tell the rest; and who logged in after the list's moment has a line of his own.
            if (lastEnd > list.AskedAt - Margin || book.Doubts.Any(d => d.Queue == member.Queue && d.Agent == member.Agent)) continue;
            var began = Sightings.WholeSecond(member.LoginAt is { } login && login < list.At ? login : list.At);
            book.LogIn(member.Queue, member.Agent, lastEnd > began ? lastEnd.Value : began, member.Device);
            if (member.Paused) book.Pause(member.Queue, member.Agent, Sightings.WholeSecond(member.PausedAt ?? list.At), member.PauseReason);
            differences.Add($"{member.Agent} is in {member.Queue}");
        }

        return differences;
    }

    /// <summary>An installation whose log names devices in the place of agents.</summary>
    private static bool IsListed(AgentSession session, MemberList list) =>
        list.Members.Any(m => m.Queue == session.Queue && (m.Agent == session.Agent || m.Device == session.Agent));

    private static async Task<DateTimeOffset?> LastEndAsync(string pbx, PbxMember member, DateTimeOffset listedAt, NpgsqlConnection connection, CancellationToken ct)
    {
        // What ended more than a day before the list does not matter; the index over periods finds the rest.
        await using var command = new NpgsqlCommand(
            """
            select max(ended_at) from agent_sessions
            where pbx = $1 and queue = $2 and agent = $3 and tstzrange(began_at, ended_at) && tstzrange($4 - interval '1 day', null)
            """, connection);
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = member.Queue });
        command.Parameters.Add(new() { Value = member.Agent });
        command.Parameters.Add(new() { Value = listedAt.UtcDateTime });
        return await command.ExecuteScalarAsync(ct) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }
}
