using Expand.Server.Access.Settings;
using Expand.Server.Pbx;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Crm;

/// <summary>A push that this host may try now.</summary>
internal sealed record ClaimedPush(
    long Id, Guid Claim, string UniqueId, string Queue, string CallerNumber, string CallerName, string Device, int Attempts, DateTimeOffset GiveUpAt, string IvrData);

/// <summary>The pushes that wait: written once however many hosts hear of the call, tried by one host at a time, taken over from one that died.</summary>
internal sealed class AgentPushOutbox(NpgsqlDataSource database, Settings<CrmSettings> settings, IOptions<PbxOptions> pbx, TimeProvider clock)
{
    /// <summary>Beyond the timeout of the call itself.</summary>
    private static readonly TimeSpan ClaimSlack = TimeSpan.FromSeconds(5);

    /// <summary>For how long one is tried.</summary>
    public TimeSpan Lasts => TimeSpan.FromSeconds(settings.Value.PushSeconds);

    public async Task AddAsync(AgentConnected fact, DateTimeOffset giveUpAt, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into agent_pushes (pbx, uniqueid, ring_id, queue, caller_number, caller_name, agent, device, connected_at, state, attempts, next_at, give_up_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $11, $10) on conflict (pbx, uniqueid, ring_id) do nothing
            """);
        Add(command, pbx.Value.Name, fact.UniqueId, fact.RingId, fact.Queue, fact.Caller.CallerId, fact.Caller.CallerName, fact.Agent, fact.Device,
            fact.At.UtcDateTime, giveUpAt.UtcDateTime, clock.GetUtcNow().UtcDateTime);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The next one to try; null where none is due.</summary>
    public async Task<ClaimedPush?> ClaimAsync(CancellationToken ct)
    {
        var (now, claim) = (clock.GetUtcNow(), Guid.NewGuid());
        await using var command = database.CreateCommand(
            """
            update agent_pushes p set claim = $1, claimed_until = $2, attempts = attempts + 1
            where id = (select id from agent_pushes where state = 0 and next_at <= $3 and give_up_at > $3 and (claim is null or claimed_until < $3)
                        order by next_at, id limit 1 for update skip locked)
            returning id, uniqueid, queue, caller_number, caller_name, device, attempts, give_up_at,
                      coalesce((select data from ivr_data d where d.pbx = p.pbx and d.uniqueid = p.uniqueid), '')
            """);
        Add(command, claim, (now + settings.Value.AgentInfo.Timeout + ClaimSlack).UtcDateTime, now.UtcDateTime);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new(row.GetInt64(0), claim, row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt32(6),
                row.GetFieldValue<DateTimeOffset>(7), row.GetString(8))
            : null;
    }

    /// <summary>Gives back what was not tried.</summary>
    public async Task ReleaseAsync(ClaimedPush push, DateTimeOffset nextAt, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "update agent_pushes set claim = null, claimed_until = null, attempts = attempts - 1, next_at = $3 where id = $1 and claim = $2");
        Add(command, push.Id, push.Claim, nextAt.UtcDateTime);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes down a try and what follows from it, unless another host has taken the push over.</summary>
    /// <param name="push">The push.</param>
    /// <param name="state">What it is now.</param>
    /// <param name="nextAt">When it is tried again, while it waits.</param>
    /// <param name="answer">What came.</param>
    /// <param name="ct">Ends the writing.</param>
    public async Task SettleAsync(ClaimedPush push, PushState state, DateTimeOffset nextAt, CrmAnswer answer, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(
            """
            with tried as (insert into agent_push_attempts (push_id, at, took_ms, problem, detail) select id, $5, $6, $7, $8 from agent_pushes where id = $1)
            update agent_pushes set state = $3, claim = null, claimed_until = null, next_at = $4, ended_at = case when $3 = 0 then null else $5 end where id = $1 and claim = $2
            """);
        Add(command, push.Id, push.Claim, (int)state, nextAt.UtcDateTime, now.UtcDateTime, (int)(answer.Http?.Took ?? TimeSpan.Zero).TotalMilliseconds,
            (int)answer.Problem, answer.IsSuccess ? answer.Value : answer.Detail);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Gives up those whose time is over.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ExpireAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "update agent_pushes set state = 3, ended_at = $1, claim = null where state = 0 and give_up_at <= $1 and (claim is null or claimed_until < $1)");
        Add(command, clock.GetUtcNow().UtcDateTime);
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
    }
}
