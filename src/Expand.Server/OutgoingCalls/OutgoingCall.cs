using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.OutgoingCalls;

/// <summary>A call that the agents of a queue have to make (contract, rest.md "Pending outgoing calls"). Never deleted.</summary>
internal sealed class OutgoingCall
{
    public long Id { get; init; }

    public required string Queue { get; set; }

    /// <summary>The numbers to try, as they were written.</summary>
    public required string[] Phones { get; set; }

    /// <summary>The same without separators: what is dialled and looked for.</summary>
    public required string[] Numbers { get; set; }

    /// <summary>Whom to call.</summary>
    public required string Contact { get; set; }

    /// <summary>What about.</summary>
    public required string Subject { get; set; }

    /// <summary>When to call; whole seconds.</summary>
    public DateTimeOffset CallDate { get; set; }

    /// <summary>Seconds after <see cref="CallDate"/> until it expires; 0: never.</summary>
    public int Expiration { get; set; }

    /// <summary>The instant from which on it is expired; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The username of the one agent whose call it is; empty: every agent of the queue.</summary>
    public required string Agent { get; set; }

    /// <summary>The user whose name <see cref="Agent"/> is, so that the call follows one who gets another name; null: none.</summary>
    public int? AgentId { get; private set; }

    /// <summary><see cref="Agent"/> in capitals, made by PostgreSQL: what filters ask.</summary>
    public string AgentKey { get; private init; } = "";

    /// <summary>As it was written down last; what counts is known after <see cref="Settle"/>.</summary>
    public OutgoingCallStatus Status { get; private set; }

    /// <summary>Since when it has that status.</summary>
    public DateTimeOffset StatusAt { get; private set; }

    /// <summary>Links by name as a JSON object of texts, in the order that they came in.</summary>
    public required string Link { get; set; }

    /// <summary>Counts the changes, expiry included.</summary>
    public int Version { get; private set; } = 1;

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The user who has taken it to make it; counts until <see cref="ClaimedUntil"/>. No change that the version counts: clients see nothing of it.</summary>
    public int? ClaimedBy { get; private set; }

    /// <summary>The instant from which on the claim counts no longer.</summary>
    public DateTimeOffset? ClaimedUntil { get; private set; }

    /// <summary>The job that dialled it for whoever has it; null where it was not dialled. While it goes on the claim is kept.</summary>
    public long? ClaimedJob { get; private set; }

    /// <summary>A new call that is pending from now on.</summary>
    [SetsRequiredMembers]
    public OutgoingCall(OutgoingCallDetails details, DateTimeOffset now)
    {
        Take(details);
        (CreatedAt, StatusAt) = (now, now);
    }

    /// <summary>For EF Core.</summary>
    private OutgoingCall()
    {
    }

    /// <summary>Takes everything that a client says of it.</summary>
    [MemberNotNull(nameof(Queue), nameof(Phones), nameof(Numbers), nameof(Contact), nameof(Subject), nameof(Agent), nameof(Link))]
    public void Take(OutgoingCallDetails details)
    {
        (Queue, Contact, Subject, Link) = (details.Queue, details.Contact, details.Subject, details.Link);
        (Agent, AgentId) = (details.Agent, details.AgentId);
        (Phones, Numbers) = ([.. details.Phones], [.. details.Phones.Select(p => PhoneNumber.Dialable(p)!).Distinct()]);
        (CallDate, Expiration) = (details.CallDate, details.Expiration);
        SetExpiry();
    }

    /// <summary>Puts it off to another time, from which its expiration counts anew.</summary>
    public void PutOff(DateTimeOffset callDate)
    {
        CallDate = callDate;
        SetExpiry();
    }

    /// <summary>Makes it another queue's or agent's.</summary>
    public void Assign(string queue, string agent, int? agentId) => (Queue, Agent, AgentId) = (queue, agent, agentId);

    /// <summary>Whether nothing is left to be done with it.</summary>
    public bool IsOver => Status is OutgoingCallStatus.Completed or OutgoingCallStatus.Canceled;

    /// <summary>Who has it at that moment; null: nobody.</summary>
    public int? HolderAt(DateTimeOffset now) => ClaimedUntil > now ? ClaimedBy : null;

    /// <summary>Whether somebody else than that user has it at that moment.</summary>
    public bool IsHeldFrom(int userId, DateTimeOffset now) => HolderAt(now) is { } holder && holder != userId;

    /// <summary>Gives it to that user until then. What one had dialled who has it no longer is no part of it.</summary>
    public void Claim(int userId, DateTimeOffset until) => (ClaimedBy, ClaimedUntil, ClaimedJob) = (userId, until, ClaimedBy == userId ? ClaimedJob : null);

    /// <summary>It was dialled by that job for whoever has it.</summary>
    public void Dialled(long job, DateTimeOffset until) => (ClaimedJob, ClaimedUntil) = (job, until);

    /// <summary>Whoever has it has it no longer.</summary>
    public void Release() => (ClaimedBy, ClaimedUntil, ClaimedJob) = (null, null, null);

    /// <summary>
    /// Makes it what it is at that moment: a pending call whose time is over is expired, whether or not the job that writes that down
    /// (<see cref="OutgoingCallExpiry"/>) has come by. The job writes exactly this.
    /// </summary>
    public OutgoingCall Settle(DateTimeOffset now)
    {
        if (Status != OutgoingCallStatus.Pending || !(ExpiresAt <= now)) return this;
        (Status, StatusAt) = (OutgoingCallStatus.Expired, ExpiresAt.Value > StatusAt ? ExpiresAt.Value : StatusAt);
        Version++;
        return this;
    }

    /// <summary>Counts a change, and gives it the status that the change leads to.</summary>
    public void Changed(OutgoingCallStatus status, DateTimeOffset now)
    {
        Version++;
        if (Status == status) return;
        if (!Status.MayBecome(status)) throw new InvalidOperationException($"an outgoing call does not go from {Status} to {status}");
        (Status, StatusAt) = (status, now);
    }

    private void SetExpiry() => ExpiresAt = Expiration == 0 ? null : CallDate.AddSeconds(Expiration);
}

internal sealed class OutgoingCallConfiguration : IEntityTypeConfiguration<OutgoingCall>
{
    public void Configure(EntityTypeBuilder<OutgoingCall> builder)
    {
        builder.ToTable("outgoing_calls").HasKey(c => c.Id);
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.Property(c => c.CallDate).HasColumnName("calldate");
        builder.Ignore(c => c.IsOver);
        // Usernames are ASCII; a database's own rules may know other capitals of an i.
        builder.Property(c => c.AgentKey).HasComputedColumnSql("upper(agent collate \"C\")", stored: true);
        // Not jsonb: it would sort the names.
        builder.Property(c => c.Link).HasColumnType("json");
        builder.HasIndex(c => new { c.Queue, c.CallDate });
        builder.HasIndex(c => c.CallDate);
        builder.HasIndex(c => new { c.AgentKey, c.Id });
        builder.HasIndex(c => new { c.Status, c.Id });
        builder.HasIndex(c => c.Numbers).HasMethod("gin");
        builder.HasIndex(c => c.ClaimedJob).HasFilter("claimed_job is not null");
        builder.HasIndex(c => c.AgentId).HasFilter("agent_id is not null");
        builder.HasIndex(c => c.ExpiresAt, "ix_outgoing_calls_to_expire").HasFilter("status = 0 and expires_at is not null");
    }
}
