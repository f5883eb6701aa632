using System.Globalization;
using Expand.Benchmarks.Harness;
using Npgsql;

namespace Expand.Benchmarks.Year;

/// <summary>The databases that reports are measured on: made once, and kept. Where one is there, it is what it was made as.</summary>
internal static class YearData
{
    /// <summary>The whole year.</summary>
    public const string Year = "year";

    /// <summary>Its last month alone: the same rows.</summary>
    public const string December = "december";

    private const int DaysOfDecember = 31;

    /// <summary>Makes the year anew.</summary>
    /// <returns>What was made, and the seconds that the sums of agents' days took.</returns>
    public static async Task<(string Rows, string Md5, double SumsSeconds)> MakeAsync(BenchPostgres postgres, double scale, int days, CancellationToken ct)
    {
        // What was made of another year goes with it.
        await postgres.DropAsync(December, ct);
        return await MakeAsync(postgres, Year, scale, 0, days, ct);
    }

    /// <summary>How to reach the year, which is made where it is not there; and what it is, where it is not the whole one.</summary>
    public static async Task<(string Connection, string Remark)> YearAsync(BenchPostgres postgres, CancellationToken ct)
    {
        if (await MadeAsAsync(postgres, Year, ct) is not { } made)
        {
            Console.Error.WriteLine("the year is made first: a quarter of an hour");
            await MakeAsync(postgres, 1, YearOfCalls.Days, ct);
            made = (1, YearOfCalls.Days);
        }

        var remark = made is { Scale: 1, Days: YearOfCalls.Days } ? "" : string.Create(CultureInfo.InvariantCulture, $"; not the year but {made.Days} days at {made.Scale} of its size");
        return (postgres.To(Year), remark);
    }

    /// <summary>How to reach the last month of the same year.</summary>
    /// <exception cref="InvalidOperationException">The year has no such month.</exception>
    public static async Task<string> DecemberAsync(BenchPostgres postgres, CancellationToken ct)
    {
        await YearAsync(postgres, ct);
        var (scale, days) = (await MadeAsAsync(postgres, Year, ct))!.Value;
        if (days != YearOfCalls.Days) throw new InvalidOperationException("the year that is there has no December: ./bench year");
        if (await MadeAsAsync(postgres, December, ct) is not { } made || made.Scale != scale)
        {
            Console.Error.WriteLine("its last month is made alone, too");
            await MakeAsync(postgres, December, scale, YearOfCalls.Days - DaysOfDecember, DaysOfDecember, ct);
        }

        return postgres.To(December);
    }

    /// <summary>Takes away who may sign in, so that the next server's first start makes its own administrator, key and credential.</summary>
    public static async Task ForgetPeopleAsync(string connection, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("truncate users, authorized_keys, api_credentials cascade");
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<(string Rows, string Md5, double SumsSeconds)> MakeAsync(BenchPostgres postgres, string name, double scale, int first, int days, CancellationToken ct)
    {
        var made = await new YearOfCalls(await postgres.MakeAsync(name, ct), scale, first, days).MakeAsync(ct);
        await using var source = NpgsqlDataSource.Create(postgres.To(name));
        // Only what was made to its end says so.
        await using var command = source.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"comment on database {name} is '{scale} {days}'"));
        await command.ExecuteNonQueryAsync(ct);
        return made;
    }

    private static async Task<(double Scale, int Days)?> MadeAsAsync(BenchPostgres postgres, string name, CancellationToken ct)
    {
        if (!await postgres.HasAsync(name, ct)) return null;
        await using var source = NpgsqlDataSource.Create(postgres.To(name));
        await using var command = source.CreateCommand("select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()");
        if (await command.ExecuteScalarAsync(ct) is not string text) return null;
        var parts = text.Split(' ');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
