using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Sms;

/// <summary>Where a message stands with one recipient.</summary>
internal enum SmsState
{
    /// <summary>It waits for its turn, at <see cref="SmsRecipient.NextAt"/>.</summary>
    Pending,

    /// <summary>A host has claimed it, and asks the gateway or is about to.</summary>
    Sending,

    /// <summary>It was claimed and nobody knows what came of it: its delivery report is waited for until <see cref="SmsRecipient.NextAt"/>.</summary>
    Unknown,

    /// <summary>The gateway has it.</summary>
    Accepted,

    /// <summary>The recipient's telephone has it.</summary>
    Delivered,

    /// <summary>It will not arrive.</summary>
    Failed,
}

/// <summary>Why it will not arrive.</summary>
internal enum SmsFailure
{
    None,

    /// <summary>The gateway refused it for good.</summary>
    Refused,

    /// <summary>The gateway could not be given it, as often as it was tried.</summary>
    NotTaken,

    /// <summary>The network says that it was not delivered.</summary>
    Undelivered,

    /// <summary>Nobody knows whether it was sent; sending it again might be once too often.</summary>
    Unknown,

    /// <summary>It was not sent: the message is promotional, and a list of those not to be called has the number.</summary>
    Listed,

    /// <summary>It was not sent: the message is promotional, and a register in force has expired, so that nobody knows.</summary>
    RegisterExpired,
}

/// <summary>Something that happened to a message on its way to a recipient.</summary>
/// <param name="At">When.</param>
/// <param name="Attempt">Of which attempt.</param>
/// <param name="What">What: <see cref="SmsSteps"/>.</param>
/// <param name="Words">The gateway's words, or who did it; empty where there are none.</param>
internal sealed record SmsStep(DateTimeOffset At, int Attempt, string What, string Words);

/// <summary>The names of steps, as they are stored.</summary>
internal static class SmsSteps
{
    public const string Accepted = "accepted";
    public const string Refused = "refused";
    public const string Later = "later";
    public const string Unknown = "unknown";
    public const string Again = "again";
    public const string GivenUp = "given-up";
    public const string ReportedAccepted = "report-accepted";
    public const string ReportedDelivered = "report-delivered";
    public const string ReportedFailed = "report-failed";
    public const string Resent = "resent";
    public const string Listed = "listed";
}

/// <summary>A message on its way to one recipient. Its methods are the only changes of state there are, but for the claim (<see cref="SmsQueue"/>).</summary>
internal sealed class SmsRecipient
{
    /// <summary>Steps that are kept: the first ones go when there are more.</summary>
    private const int MostSteps = 60;

    public long Id { get; init; }

    public int MessageId { get; init; }

    public required string Number { get; init; }

    public SmsState State { get; private set; }

    public SmsFailure Failure { get; private set; }

    public DateTimeOffset StateAt { get; private set; }

    /// <summary>Pending: when it may be tried. Unknown: until when its report is waited for.</summary>
    public DateTimeOffset NextAt { get; private set; }

    /// <summary>How often it was claimed: names the attempt in its report's address.</summary>
    public int Attempts { get; init; }

    /// <summary>How often it was claimed since it was last asked for.</summary>
    public int Tries { get; private set; }

    /// <summary>The host that has claimed it, or had.</summary>
    public string? ClaimedBy { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Whether the gateway that the last attempt went to reports the fate of every message.</summary>
    public bool IsReported { get; init; }

    public DateTimeOffset? AcceptedAt { get; private set; }

    public DateTimeOffset? DeliveredAt { get; private set; }

    /// <summary>The id that the gateway gave it.</summary>
    public string? GatewayId { get; private set; }

    /// <summary>Why it is where it is, in the gateway's words; null where there is nothing to say.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whoever shows it may report: in the report's address, and nowhere else.</summary>
    public Guid Token { get; init; }

    public List<SmsStep> Steps { get; private set; } = [];

    public bool IsOver => State is SmsState.Delivered or SmsState.Failed;

    /// <summary>The gateway took that attempt. False where it is known better already.</summary>
    public bool Accept(int attempt, string? gatewayId, string words, DateTimeOffset now)
    {
        Add(now, attempt, SmsSteps.Accepted, words);
        GatewayId ??= gatewayId;
        if (attempt != Attempts || State is not (SmsState.Sending or SmsState.Unknown or SmsState.Pending)) return false;
        Accepted(now);
        return true;
    }

    /// <summary>The gateway refused that attempt for good.</summary>
    public bool Refuse(int attempt, string words, DateTimeOffset now) =>
        EndsAt(attempt, SmsSteps.Refused, words, now) && Fail(SmsFailure.Refused, words, now);

    /// <summary>The gateway certainly has nothing of that attempt: it is tried again after a while, or was tried often enough.</summary>
    public bool Later(int attempt, string words, int mostTries, TimeSpan wait, DateTimeOffset now)
    {
        if (!EndsAt(attempt, SmsSteps.Later, words, now)) return false;
        if (Tries >= mostTries) return Fail(SmsFailure.NotTaken, words, now);
        Reason = words;
        return Become(SmsState.Pending, now, now + wait);
    }

    /// <summary>Nobody knows what came of that attempt.</summary>
    public bool Doubt(int attempt, string words, TimeSpan grace, DateTimeOffset now)
    {
        if (!EndsAt(attempt, SmsSteps.Unknown, words, now)) return false;
        Reason = words;
        return Become(SmsState.Unknown, now, now + grace);
    }

    /// <summary>
    /// The time is over that the report of an unknown one was waited for. A gateway that reports every message and said nothing of this one never got it;
    /// of any other gateway's nobody can tell, and a person decides.
    /// </summary>
    public void Settle(int mostTries, DateTimeOffset now)
    {
        if (State != SmsState.Unknown) return;
        if (!IsReported || Tries >= mostTries)
        {
            Add(now, Attempts, SmsSteps.GivenUp, "");
            Fail(IsReported ? SmsFailure.NotTaken : SmsFailure.Unknown, Reason ?? "", now);
            return;
        }

        Add(now, Attempts, SmsSteps.Again, "");
        Become(SmsState.Pending, now, now);
    }

    /// <summary>The network has that attempt. A report of an earlier one, or one that comes late, moves nothing.</summary>
    public bool ReportAccepted(int attempt, string words, DateTimeOffset now)
    {
        if (attempt != Attempts || State is SmsState.Accepted or SmsState.Delivered || State == SmsState.Failed && Failure != SmsFailure.Unknown) return false;
        Add(now, attempt, SmsSteps.ReportedAccepted, words);
        Accepted(now);
        return true;
    }

    /// <summary>The telephone has it: whichever attempt it was, and whatever was thought of it.</summary>
    public bool ReportDelivered(int attempt, string words, DateTimeOffset now)
    {
        if (State == SmsState.Delivered) return false;
        Add(now, attempt, SmsSteps.ReportedDelivered, words);
        DeliveredAt = now;
        AcceptedAt ??= now;
        (Failure, Reason) = (SmsFailure.None, null);
        return Become(SmsState.Delivered, now, now);
    }

    /// <summary>The network gave that attempt up.</summary>
    public bool ReportFailed(int attempt, string words, DateTimeOffset now)
    {
        if (attempt != Attempts || IsOver && Failure != SmsFailure.Unknown) return false;
        Add(now, attempt, SmsSteps.ReportedFailed, words);
        return Fail(SmsFailure.Undelivered, words, now);
    }

    /// <summary>A person has it sent once more. False where it has not failed.</summary>
    public bool Resend(string by, DateTimeOffset now)
    {
        if (State != SmsState.Failed) return false;
        Add(now, Attempts, SmsSteps.Resent, by);
        (Tries, Failure, Reason, GatewayId, AcceptedAt) = (0, SmsFailure.None, null, null, null);
        return Become(SmsState.Pending, now, now);
    }

    /// <summary>It is not sent once more: it is not to be called.</summary>
    public void Forbid(SmsFailure why, string list, DateTimeOffset now)
    {
        Add(now, Attempts, SmsSteps.Listed, list);
        Fail(why, list, now);
    }

    private bool EndsAt(int attempt, string what, string words, DateTimeOffset now)
    {
        if (attempt != Attempts || State is not (SmsState.Sending or SmsState.Unknown)) return false;
        Add(now, attempt, what, words);
        return true;
    }

    private void Accepted(DateTimeOffset now)
    {
        AcceptedAt = now;
        (Failure, Reason) = (SmsFailure.None, null);
        Become(SmsState.Accepted, now, now);
    }

    private bool Fail(SmsFailure failure, string words, DateTimeOffset now)
    {
        (Failure, Reason) = (failure, words);
        return Become(SmsState.Failed, now, now);
    }

    private bool Become(SmsState state, DateTimeOffset now, DateTimeOffset next)
    {
        (State, StateAt, NextAt) = (state, now, next);
        return true;
    }

    private void Add(DateTimeOffset now, int attempt, string what, string words) =>
        Steps = [.. Steps.TakeLast(MostSteps - 1), new SmsStep(now, attempt, what, words)];
}

internal sealed class SmsRecipientConfiguration : IEntityTypeConfiguration<SmsRecipient>
{
    public void Configure(EntityTypeBuilder<SmsRecipient> builder)
    {
        builder.ToTable("sms_recipients").HasKey(r => r.Id);
        builder.Property(r => r.Id).UseIdentityAlwaysColumn();
        builder.Property(r => r.Attempts).HasDefaultValue(0);
        builder.Property(r => r.Tries).HasDefaultValue(0);
        builder.Property(r => r.IsReported).HasDefaultValue(false);
        builder.Property(r => r.Failure).HasDefaultValue(SmsFailure.None);
        builder.Property(r => r.Token).HasDefaultValueSql("gen_random_uuid()");
        builder.Property(r => r.Steps).HasColumnType("jsonb").HasDefaultValueSql("'[]'").HasConversion(SmsStepsColumn.Conversion, SmsStepsColumn.Comparer);
        builder.HasOne<SmsMessage>().WithMany().HasForeignKey(r => r.MessageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(r => new { r.MessageId, r.Id });
        builder.HasIndex(r => r.Number);
        builder.Ignore(r => r.IsOver);
        // What waits, is under way or in doubt: never more than the queue is long.
        builder.HasIndex(r => new { r.State, r.NextAt, r.Id }, "ix_sms_recipients_open").HasFilter("state < 3");
        builder.HasIndex(r => new { r.State, r.MessageId }, "ix_sms_recipients_failed").HasFilter("state = 5");
    }
}
