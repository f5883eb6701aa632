using Npgsql;

namespace Expand.Server.Lists.Imports;

/// <summary>
/// Where the ranges of a replaced list are until they are all there. In the list's own table the ranges that were removed would still be in the way
/// of those that look for their neighbours, a thousand dead ones for each: until the transaction ends nobody may clear them away.
/// </summary>
internal static class ImportStage
{
    public const string Table = "import_ranges";

    /// <summary>Makes the table, for this transaction.</summary>
    public static async Task BeginAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var make = new NpgsqlCommand(
            $"create temporary table {Table} (like list_ranges including identity) on commit drop; create unique index on {Table} (list_id, length, first)",
            connection);
        await make.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes what is there into the list.</summary>
    public static async Task TakeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var take = new NpgsqlCommand(
            $"""
            insert into list_ranges (list_id, length, first, last, value, version)
            select list_id, length, first, last, value, 1 from {Table} order by id
            """, connection)
        { CommandTimeout = 600 };
        await take.ExecuteNonQueryAsync(ct);
    }
}
