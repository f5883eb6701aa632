using Npgsql;

namespace Expand.Server.Pbx;

/// <summary>What takes the lines of a feed into tables; one implementation for each file.</summary>
internal interface IFeedConsumer
{
    /// <summary>Which feed: <c>cdr</c> or <c>queue_log</c>.</summary>
    string Feed { get; }

    /// <summary>
    /// Writes the lines with the given connection, inside its open transaction; a line that cannot be read comes back with the
    /// reason and is kept aside. Position and rows are one transaction: no line comes twice.
    /// </summary>
    Task<IReadOnlyList<(string Line, string Reason)>> TakeAsync(
        string pbx, ReadOnlyMemory<byte> lines, NpgsqlConnection connection, CancellationToken ct);

    /// <summary>What the last <see cref="TakeAsync"/> wrote is committed. Where it is not, the same lines come again.</summary>
    void Saved()
    {
    }

    /// <summary>
    /// Nothing is left to read: everything that was in the file at <paramref name="caughtUpAt"/> is taken. Called a few times a second, by
    /// the one host that follows the file, inside a transaction of its own; for what must be held against the lines that did not come.
    /// </summary>
    Task IdleAsync(string pbx, DateTimeOffset caughtUpAt, NpgsqlConnection connection, CancellationToken ct) => Task.CompletedTask;
}
