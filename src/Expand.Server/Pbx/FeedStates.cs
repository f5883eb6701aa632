using System.Text;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Pbx;

/// <summary>A feed as it is registered (<see cref="PbxModule.AddFeed"/>).</summary>
internal interface IFeed
{
    /// <summary>Which feed: <c>cdr</c> or <c>queue_log</c>.</summary>
    string Name { get; }

    /// <summary>The file that this host has for it; null where it has none.</summary>
    string? File { get; }

    /// <summary>Null where it has none.</summary>
    LogFeed? Running { get; }
}

/// <summary>How a feed stands.</summary>
/// <param name="Name">Which.</param>
/// <param name="File">The file that this host has for it; null where it has none, and another host may.</param>
/// <param name="Position">Bytes of the current file that are done; null where nothing was ever read.</param>
/// <param name="SavedAt">When the last lines were taken.</param>
/// <param name="Behind">Bytes that are not read yet; null where that is not known.</param>
/// <param name="CaughtUpAt">When this host last saw that nothing was left; null where another one reads.</param>
/// <param name="LastLine">The last line that was read; empty where it cannot be found any more.</param>
/// <param name="Rejected">Lines that could not be read and were kept aside.</param>
/// <param name="Problem">Why it does not go on; null where it does.</param>
internal sealed record FeedState(
    string Name, string? File, long? Position, DateTimeOffset? SavedAt, long? Behind, DateTimeOffset? CaughtUpAt, string LastLine, long Rejected, string? Problem);

/// <summary>Looks at the feeds as they stand: positions from the database, and the files where this host has them.</summary>
internal sealed class FeedStates(IEnumerable<IFeed> feeds, NpgsqlDataSource database, IOptions<PbxOptions> options)
{
    private const int LongestLine = 4096;

    public async Task<IReadOnlyList<FeedState>> AllAsync(CancellationToken ct)
    {
        var saved = await SavedAsync(ct);
        return [.. feeds.Select(feed => Look(feed, saved.GetValueOrDefault(feed.Name)))];
    }

    private static FeedState Look(IFeed feed, Checkpoint? saved)
    {
        var state = new FeedState(feed.Name, feed.File, saved?.Offset, saved?.At, null, feed.Running?.CaughtUpAt, "", saved?.Rejected ?? 0, feed.Running?.Problem);
        if (feed.File is not { } path) return state;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var position = saved is null || saved.Offset > file.Length || LogFiles.FirstLine(path) != saved.File ? 0 : saved.Offset;
            return state with { Behind = file.Length - position, LastLine = LineBefore(file, position) };
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return state with { Problem = refused.Message };
        }
    }

    /// <summary>The line that ends at the position.</summary>
    private static string LineBefore(FileStream file, long position)
    {
        if (position == 0) return "";
        var bytes = new byte[(int)Math.Min(position, LongestLine)];
        file.Seek(position - bytes.Length, SeekOrigin.Begin);
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var lines = bytes.AsSpan(0, read).TrimEnd("\r\n"u8);
        return Encoding.UTF8.GetString(lines[(lines.LastIndexOf((byte)'\n') + 1)..]);
    }

    private async Task<Dictionary<string, Checkpoint>> SavedAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select c.feed, c.file, c."offset", c.at, (select count(*) from feed_rejects r where r.pbx = c.pbx and r.feed = c.feed)
            from feed_checkpoints c where c.pbx = $1
            """);
        command.Parameters.Add(new() { Value = options.Value.Name });
        var saved = new Dictionary<string, Checkpoint>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) saved[rows.GetString(0)] = new Checkpoint(rows.GetString(1), rows.GetInt64(2), rows.GetFieldValue<DateTimeOffset>(3), rows.GetInt64(4));
        return saved;
    }

    private sealed record Checkpoint(string File, long Offset, DateTimeOffset At, long Rejected);
}
