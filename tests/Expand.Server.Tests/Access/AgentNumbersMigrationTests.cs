using Expand.Server.Access;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Expand.Server.Tests.Access;

public sealed class AgentNumbersMigrationTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Users_and_those_deleted_before_have_their_numbers_one_after_the_other_and_the_first_from_the_beginning()
    {
        await using var db = Databases.Open(await databases.Postgres.NewDatabaseAsync(empty: true));
        await db.GetService<IMigrator>().MigrateAsync("CdrConnectedAt", Ct);
        await db.Database.ExecuteSqlRawAsync(
            """
            insert into users (user_name, full_name, profile, role, is_supervisor, is_agent, agent_number,
                email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            select name, upper(name), 'operador', 'agent', false, number is not null, number, false, false, false, true, 0
            from (values ('ana', '118'), ('bruno', '119'), ('jefa', null)) u(name, number);
            insert into former_users (id, user_name, full_name, agent_number, deleted_at) values
                (72, 'dora', 'DORA', '118', '2026-05-01 10:00:00.7+00'), (71, 'carla', 'CARLA', '118', '2026-04-01 10:00:00+00'),
                (73, 'eva', 'EVA', '120', '2026-04-01 10:00:00+00'), (74, 'fede', 'FEDE', null, '2026-04-01 10:00:00+00');
            """, Ct);
        await db.Database.MigrateAsync(Ct);
        var held = await db.Set<HeldNumber>().AsNoTracking().OrderBy(h => h.Number).ThenBy(h => h.Id).ToListAsync(Ct);
        Assert.Equal(
            [
                "118 carla CARLA -04-01 10:00:00", "118 dora DORA 04-01 10:00:00-05-01 10:00:00", "118 ana ANA 05-01 10:00:00-",
                "119 bruno BRUNO -", "120 eva EVA -04-01 10:00:00",
            ],
            held.Select(h => $"{h.Number} {h.UserName} {h.FullName} {h.From?.ToString("MM-dd HH:mm:ss", null)}-{h.To?.ToString("MM-dd HH:mm:ss", null)}"));
    }
}
