using Expand.Server.Access;
using Npgsql;

namespace Expand.Server.DoNotCall;

/// <summary>Until when the registers in force may be called by, in memory on every host.</summary>
internal sealed class RegisterValidity(NpgsqlDataSource database) : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of lists are counted under.</summary>
    public const int Counter = 10;

    private volatile IReadOnlyList<(string Name, DateOnly Until)> registers = [];

    /// <summary>The names of those that have expired on that day.</summary>
    public IReadOnlyList<string> Expired(DateOnly today) => [.. registers.Where(r => r.Until < today).Select(r => r.Name)];

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var read = new List<(string, DateOnly)>();
        await using var command = new NpgsqlCommand(
            "select name, valid_until from dnc_lists where kind = 2 and is_in_force and issued_on is not null order by id", connection)
        { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) read.Add((rows.GetString(0), rows.GetFieldValue<DateOnly>(1)));
        registers = read;
    }
}
