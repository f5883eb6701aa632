using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.Platform;

/// <summary>SQL on a context's own connection, and so in its transaction, with parameters by position.</summary>
internal static class SqlCommands
{
    /// <summary>A command on the context's connection; whoever asks disposes it.</summary>
    public static async Task<NpgsqlCommand> CommandAsync(this ExpandDb db, string sql, CancellationToken ct)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        if (connection.State != ConnectionState.Open) await db.Database.OpenConnectionAsync(ct);
        return new NpgsqlCommand(sql, connection);
    }

    /// <summary>Adds the next parameter.</summary>
    public static void Add(this NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new() { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}
