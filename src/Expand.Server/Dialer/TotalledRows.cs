using System.Runtime.CompilerServices;
using Npgsql;

namespace Expand.Server.Dialer;

/// <summary>
/// The answer of one statement whose first row holds the number of all that match, and whose other rows are the page: one snapshot, read while it is
/// written out. Whoever opened it disposes of it, read to the end or not.
/// </summary>
internal sealed class TotalledRows<T> : IAsyncDisposable
{
    private readonly NpgsqlCommand command;
    private readonly NpgsqlDataReader reader;
    private readonly Func<NpgsqlDataReader, T> read;

    private TotalledRows(NpgsqlCommand command, NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, long total) =>
        (this.command, this.reader, this.read, Total) = (command, reader, read, total);

    /// <summary>How many match the filter.</summary>
    public long Total { get; }

    /// <summary>Runs the statement; null where the first row has no total: what was asked about does not exist.</summary>
    public static async Task<TotalledRows<T>?> OpenAsync(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        // As long as the client reads.
        command.CommandTimeout = 0;
        NpgsqlDataReader? reader = null;
        try
        {
            reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            if (!reader.IsDBNull(0)) return new TotalledRows<T>(command, reader, read, reader.GetInt64(0));
        }
        catch
        {
            await CloseAsync(command, reader);
            throw;
        }

        await CloseAsync(command, reader);
        return null;
    }

    /// <summary>The page; to be read once.</summary>
    public async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        await using (this)
        {
            while (await reader.ReadAsync(ct)) yield return read(reader);
        }
    }

    public ValueTask DisposeAsync() => CloseAsync(command, reader);

    private static async ValueTask CloseAsync(NpgsqlCommand command, NpgsqlDataReader? reader)
    {
        if (reader is not null) await reader.DisposeAsync();
        await command.DisposeAsync();
    }
}
