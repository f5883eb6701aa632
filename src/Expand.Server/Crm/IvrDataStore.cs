using Expand.Server.Pbx;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Crm;

/// <summary>The IVRData of calls: in the database, so that it is whole whatever host answered at which node of the IVR.</summary>
internal sealed class IvrDataStore(NpgsqlDataSource database, IOptions<PbxOptions> pbx, TimeProvider clock)
{
    /// <summary>Characters that are kept of a call; more is cut off.</summary>
    public const int Longest = 4096;

    /// <summary>A call waits for the database no longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Appends a piece and answers with all there is.</summary>
    /// <param name="uniqueId">The call.</param>
    /// <param name="seed">What the dialplan had gathered by itself, where nothing is kept yet.</param>
    /// <param name="piece">What is appended.</param>
    /// <param name="isKey">Whether it is one of a list of keys, with commas between.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TimeoutException">The database did not answer in time.</exception>
    public async Task<string> AppendAsync(string uniqueId, string seed, string piece, bool isKey, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into ivr_data as d (pbx, uniqueid, data, changed_at) values ($1, $2, left($3, $6), $7)
            on conflict (pbx, uniqueid) do update set data = left(d.data || case when $5 and d.data <> '' then ',' else '' end || $4, $6), changed_at = $7
            returning data
            """);
        foreach (object value in new object[] { pbx.Value.Name, uniqueId, Join(seed, piece, isKey), piece, isKey, Longest, clock.GetUtcNow().UtcDateTime })
            command.Parameters.Add(new() { Value = value });
        return await InTimeAsync(command, ct) ?? "";
    }

    /// <summary>What a call has gathered; null where nothing is kept.</summary>
    /// <exception cref="TimeoutException">The database did not answer in time.</exception>
    public async Task<string?> FindAsync(string uniqueId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select data from ivr_data where pbx = $1 and uniqueid = $2");
        command.Parameters.Add(new() { Value = pbx.Value.Name });
        command.Parameters.Add(new() { Value = uniqueId });
        return await InTimeAsync(command, ct);
    }

    /// <summary>The same without a database.</summary>
    public static string Join(string before, string piece, bool isKey)
    {
        var all = isKey && before.Length > 0 && piece.Length > 0 ? $"{before},{piece}" : before + piece;
        return all.Length <= Longest ? all : all[..(char.IsHighSurrogate(all[Longest - 1]) ? Longest - 1 : Longest)];
    }

    private static async Task<string?> InTimeAsync(NpgsqlCommand command, CancellationToken ct)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(Patience);
        try
        {
            return await command.ExecuteScalarAsync(bound.Token) as string;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("the database did not answer in time");
        }
    }
}
