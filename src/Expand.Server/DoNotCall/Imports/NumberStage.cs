using Expand.Server.Platform.Files;
using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.DoNotCall.Imports;

/// <summary>
/// Where a file's numbers are until all of them are there: a table of the transaction, which nobody else sees and which is gone with it. From there they
/// become the list's by one statement; of an edition, they are everybody's once the list says that it is the one.
/// </summary>
internal sealed class NumberStage(NpgsqlConnection connection)
{
    private const int Portion = 5_000;
    private const int LongTime = 1800;

    /// <summary>Reads the file into the stage.</summary>
    public async Task FillAsync(NumberImport import, UploadedFile file, DoNotCallSettings settings, ImportCounts counts, CancellationToken ct)
    {
        await RunAsync("create temporary table dnc_stage (number text collate \"C\" not null, note text) on commit drop", ct);
        var reader = new NumberReader(import.Plan, settings);
        await using var copy = await connection.BeginBinaryImportAsync("copy dnc_stage (number, note) from stdin (format binary)", ct);
        copy.Timeout = TimeSpan.FromSeconds(LongTime);
        foreach (var row in file.Rows(import.Plan.Shape).Skip(import.Plan.Shape.HasHeading ? 1 : 0))
        {
            counts.Read++;
            var (number, note, refused) = reader.Take(row);
            if (refused is not null)
            {
                counts.Refused++;
                import.Refuse(refused);
            }
            else await WriteAsync(copy, number, note, ct);

            if (counts.Read % Portion != 0) continue;
            ct.ThrowIfCancellationRequested();
            import.Told(counts, file.Position);
        }

        await copy.CompleteAsync(ct);
    }

    /// <summary>Writes the staged numbers under an edition of the list; how many were not there.</summary>
    public async Task<long> TakeAsync(int list, int edition, DateTimeOffset now, string? by, CancellationToken ct)
    {
        // In the order of the index that they go into. Of a number that stands several times a row with a note is taken.
        await using var take = new NpgsqlCommand(
            """
            insert into dnc_numbers (list_id, edition, number, added_at, added_by, note)
            select $1, $2, s.number, $3, $4, s.note from (select number, max(note) as note from dnc_stage group by number order by number) s
            on conflict do nothing
            """, connection)
        { CommandTimeout = LongTime };
        take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = list });
        take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = edition });
        take.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        take.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)by ?? DBNull.Value });
        return await take.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whether this import of the list may run: no other of the list's does, at any host, until the transaction ends.</summary>
    public async Task<bool> TakeTurnAsync(int list, CancellationToken ct)
    {
        await using var turn = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtext('expand do-not-call import'), $1)", connection);
        turn.Parameters.Add(new NpgsqlParameter<int> { TypedValue = list });
        return (bool)(await turn.ExecuteScalarAsync(ct))!;
    }

    /// <summary>What was planned for a table of ten is no plan for one of a million: the database looks at it. Outside of any transaction.</summary>
    public Task AnalyzeAsync(CancellationToken ct) => RunAsync("analyze dnc_numbers", ct);

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, string number, string? note, CancellationToken ct)
    {
        await copy.StartRowAsync(ct);
        await copy.WriteAsync(number, NpgsqlDbType.Text, ct);
        if (note is null) await copy.WriteNullAsync(ct);
        else await copy.WriteAsync(note, NpgsqlDbType.Text, ct);
    }

    private async Task RunAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = LongTime };
        await command.ExecuteNonQueryAsync(ct);
    }
}
