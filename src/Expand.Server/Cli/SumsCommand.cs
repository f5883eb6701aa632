using System.CommandLine;
using Expand.Server.Activity;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Cli;

/// <summary><c>expand sums</c>: the sums of agents' days, for whoever changed the history by hand, or wants to know that nobody did.</summary>
internal static class SumsCommand
{
    private static readonly Option<DateOnly> From = new("--from") { Description = "The first local day, YYYY-MM-DD", Required = true };
    private static readonly Option<DateOnly> To = new("--to") { Description = "The last local day, YYYY-MM-DD", Required = true };

    public static Command Make(Rooms rooms)
    {
        var rebuild = new Command("rebuild", "Makes the sums of days anew from sessions, pauses and calls") { From, To };
        rebuild.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => EachAsync(parsed, services, async (day, connection, days) =>
        {
            await days.SumDayAsync(day, connection, ct);
            return [];
        }, ct), ct));
        var check = new Command("check", "Tells which sums differ from the rows that they are made of; ends with 1 where any does") { From, To };
        check.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => EachAsync(parsed, services, (day, connection, days) =>
            days.DifferencesAsync(day, connection, ct), ct), ct));
        return new Command("sums", "The sums that reports over days are made of") { rebuild, check };
    }

    private static async Task<int> EachAsync(
        ParseResult parsed, IServiceProvider services, Func<DateOnly, NpgsqlConnection, AgentDays, Task<IReadOnlyList<string>>> act, CancellationToken ct)
    {
        var (first, last) = (parsed.GetValue(From), parsed.GetValue(To));
        if (last < first) throw new SettingException("--to must not be before --from");
        var (days, differences) = (services.GetRequiredService<AgentDays>(), 0);
        await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(ct);
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await ActivityLedger.TakeTurnAsync(connection, ct);
            foreach (var difference in await act(day, connection, days))
            {
                Console.WriteLine($"{day:yyyy-MM-dd} {difference}");
                differences++;
            }

            await transaction.CommitAsync(ct);
        }

        Console.WriteLine($"{last.DayNumber - first.DayNumber + 1} days, {differences} differences");
        return differences == 0 ? 0 : 1;
    }
}
