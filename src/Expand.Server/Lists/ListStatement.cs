using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Lists;

/// <summary>
/// A statement about one list of a kind: where it says <c>{list}</c> it finds <c>value_lists l</c> by <c>$1</c>. So a question about an element is one
/// statement, and none works with a list that is gone.
/// </summary>
internal sealed class ListStatement(ListKind kind, string text)
{
    private readonly string byId = text.Replace("{list}", $"l.kind = '{kind.Word()}' and l.id = $1", StringComparison.Ordinal);
    private readonly string byName = text.Replace("{list}", $"l.kind = '{kind.Word()}' and l.name_key = $1", StringComparison.Ordinal);

    /// <summary>The statement for that list; what <see cref="SqlParameters.With"/> adds is <c>$2</c> and so on.</summary>
    public NpgsqlCommand About(ListAddress list, NpgsqlConnection connection) =>
        list.Id is { } id ? new NpgsqlCommand(byId, connection).With(id) : new NpgsqlCommand(byName, connection).With(list.NameKey);
}

internal static class SqlParameters
{
    /// <summary>Adds the next positional parameter.</summary>
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>The connection of this context, with the transaction that is open on it: what the request writes is one with it.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(this ExpandDb db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        return (NpgsqlConnection)db.Database.GetDbConnection();
    }
}
