using Npgsql;

namespace Expand.Server.Lists;

/// <summary>
/// How many elements the lists have. Counting millions takes a while, so that a count is kept for twenty times as long as it took: however many
/// pages ask, a twentieth of a processor goes into it at most.
/// </summary>
internal sealed class ListSizes(NpgsqlDataSource database, TimeProvider clock) : IDisposable
{
    private const string Count =
        """
        select list_id, count(*) from list_elements group by list_id
        union all select list_id, count(*) from list_ranges group by list_id
        """;

    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyDictionary<int, long> sizes = new Dictionary<int, long>();
    private long countedAt;
    private TimeSpan keptFor = TimeSpan.MinValue;

    /// <summary>The sizes by list id; a list without elements is not there.</summary>
    /// <param name="anew">After a change of the visitor's own: what was counted before does not do.</param>
    /// <param name="ct">Ends the counting.</param>
    public async Task<IReadOnlyDictionary<int, long>> AllAsync(bool anew, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (!anew && clock.GetElapsedTime(countedAt) < keptFor) return sizes;
            var began = clock.GetTimestamp();
            sizes = await CountAsync(ct);
            countedAt = clock.GetTimestamp();
            keptFor = 20 * clock.GetElapsedTime(began, countedAt);
            return sizes;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<Dictionary<int, long>> CountAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Count, connection) { CommandTimeout = 120 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        var counted = new Dictionary<int, long>();
        while (await rows.ReadAsync(ct)) counted[rows.GetInt32(0)] = rows.GetInt64(1);
        return counted;
    }
}
