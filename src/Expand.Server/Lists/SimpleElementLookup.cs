using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Lists;

/// <summary>Reads one element: what dialplans and agents ask for at every call. Without a context of EF Core, which costs more to make than the answer.</summary>
internal sealed class SimpleElementLookup(NpgsqlDataSource database)
{
    /// <summary>The element of that key.</summary>
    public async Task<Result<SimpleElement>> FindAsync(ListAddress list, string key, CancellationToken ct)
    {
        if (!SimpleElements.IsKey(key)) return SimpleElements.Missing(list, key);
        await using var connection = await database.OpenConnectionAsync(ct);
        return await SimpleElements.FindAsync(connection, list, key, ct);
    }
}
