using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Recordings;

/// <summary>A part of a call that an agent wants recorded.</summary>
/// <param name="Leg">The agent's channel in the call.</param>
/// <param name="Form">The name of the form that it belongs to.</param>
/// <param name="CallNumber">The contract's idcall.</param>
internal sealed record PartRequest(string Leg, string Form, long CallNumber);

/// <summary>
/// Parts of calls recorded on the wish of the agent who talks: that one alone may start and stop one, each is audited, and it counts as started when
/// the PBX has said that it writes. It ends when it is stopped, or with the call (<see cref="MarkedPartEnds"/>).
/// </summary>
internal sealed class MarkedParts(
    IDbContextFactory<ExpandDb> databases, UserDirectory users, LivePicture picture, PbxRecording recording, Pbx.Pbx pbx, MarkedPartEnds ends,
    TimeProvider clock, ILogger<MarkedParts> log)
{
    /// <summary>How long the PBX's event may come after its answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Starts to record the agent's call.</summary>
    public async Task<Result<MarkedPart>> StartAsync(PartRequest request, Actor actor, CancellationToken ct)
    {
        if (users.Find(actor.Name) is not { IsAgent: true, AgentNumber: { Length: > 0 } agent }) return Failure.Conflict("only an agent records a part of a call");
        if (picture.StaleSince is { } since) return Failure.Unavailable($"the PBX is not heard since {since:O}");
        var call = picture.View().Queues.SelectMany(q => q.Calls)
            .FirstOrDefault(c => c.Agent == agent && c.ConnectedAt is not null && (c.IsOutgoing ? c.UniqueId : c.RingId) == request.Leg);
        if (call is null) return Failure.Conflict("the agent does not talk in that call");
        var part = Part(request, call, agent);
        if (await AddAsync(part, actor, ct) is { } refused) return refused;
        // What was written down is asked and brought to its end, whether or not the page stays open.
        var heard = ends.StartOf(PbxRecording.WriterOf(part.ChannelId));
        var answer = await recording.StartAsync(part.ChannelId, request.Leg, part.File, CancellationToken.None);
        if (answer is OrderAnswer.Accepted or OrderAnswer.Unknown && await HasStartedAsync(heard))
        {
            await SetAsync(part.Id, p => p.SetProperty(x => x.StartedAt, clock.GetUtcNow()));
            log.PartStarted(part.File, agent, part.UniqueId);
            return (await FindAsync(part.Id, CancellationToken.None))!;
        }

        ends.Forget(PbxRecording.WriterOf(part.ChannelId));
        // It may come late: then it must not go on unseen.
        if (answer != OrderAnswer.Refused) await pbx.HangUpAsync(part.ChannelId, CancellationToken.None);
        await SetAsync(part.Id, p => p.SetProperty(x => x.EndedAt, clock.GetUtcNow()));
        log.PartNotStarted(part.File, answer);
        return Failure.Unavailable($"the PBX did not confirm the recording: {answer}");
    }

    /// <summary>Ends a recording; one that has ended already is no refusal.</summary>
    public async Task<Failure?> StopAsync(long id, Actor actor, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { } part) return Failure.NotFound($"recording {id}");
        if (users.Find(actor.Name)?.AgentNumber != part.Agent) return Failure.Conflict("only the agent who started it ends it");
        if (part.EndedAt is not null) return null;
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, "recording.part-stopped", Subject(part), part.File));
            await db.SaveChangesAsync(ct);
        }

        var answer = await pbx.HangUpAsync(part.ChannelId, CancellationToken.None);
        if (answer is HangUpAnswer.Refused or HangUpAnswer.Unanswered) return Failure.Unavailable($"the PBX did not confirm the end: {answer}");
        await SetAsync(id, p => p.SetProperty(x => x.EndedAt, clock.GetUtcNow()));
        return null;
    }

    /// <summary>The parts of the agent's call that were started, the newest first.</summary>
    public async Task<IReadOnlyList<MarkedPart>> OfLegAsync(string leg, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<MarkedPart>().AsNoTracking().Where(p => p.Leg == leg && p.StartedAt != null).OrderByDescending(p => p.Id).ToListAsync(ct);
    }

    private static string Subject(MarkedPart part) => $"call {part.UniqueId}";

    /// <summary>Names in the manner of the contract's: the file by the call's number and the instant, the part by 32 hex digits and the instant.</summary>
    private MarkedPart Part(PartRequest request, LiveCall call, string agent)
    {
        var now = clock.GetUtcNow();
        var hundredths = now.ToUnixTimeMilliseconds() / 10;
        return new MarkedPart
        {
            Pbx = pbx.Name,
            UniqueId = call.UniqueId,
            Leg = request.Leg,
            Queue = call.Queue,
            Agent = agent,
            Form = request.Form,
            File = string.Create(CultureInfo.InvariantCulture, $"audio_{request.CallNumber}_{hundredths / 100}.{hundredths % 100:00}"),
            Chunk = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():N}{hundredths / 10}"),
            ChannelId = $"{MarkedPartEnds.Prefix}{Guid.NewGuid():N}",
            AskedAt = now,
        };
    }

    private async Task<Failure?> AddAsync(MarkedPart part, Actor actor, CancellationToken ct)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            db.Add(part);
            db.Add(AuditEntry.Of(part.AskedAt, actor, "recording.part-started", Subject(part), part.File));
            await db.SaveChangesAsync(ct);
            return null;
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Failure.Conflict("a part of this call is being recorded already");
        }
    }

    private async Task<bool> HasStartedAsync(Task heard)
    {
        try
        {
            await heard.WaitAsync(Patience, clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<MarkedPart?> FindAsync(long id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<MarkedPart>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct);
    }

    private async Task SetAsync(long id, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<MarkedPart>> set)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Set<MarkedPart>().Where(p => p.Id == id && p.EndedAt == null).ExecuteUpdateAsync(set);
    }
}
