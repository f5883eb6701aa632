using Expand.Server.Sms;

namespace Expand.Server.Tests.Sms;

/// <summary>Where a message stands with a recipient, whatever comes in whatever order.</summary>
public sealed class SmsRecipientTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 10, 15, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    [Fact]
    public void Reports_may_come_before_the_answer_twice_and_the_wrong_way_round()
    {
        var recipient = Claimed(1);
        Assert.True(recipient.ReportDelivered(1, "", Now));
        Assert.False(recipient.ReportAccepted(1, "ACK", Now));
        Assert.False(recipient.ReportDelivered(1, "", Now));
        Assert.False(recipient.ReportFailed(1, "", Now));
        Assert.False(recipient.Accept(1, "id", "0: Accepted for delivery", Now));
        Assert.False(recipient.Later(1, "", 5, Grace, Now));
        Assert.Equal((SmsState.Delivered, "id"), (recipient.State, recipient.GatewayId));
    }

    [Fact]
    public void One_in_doubt_takes_the_report_that_comes_and_is_never_pending_before_its_time()
    {
        var recipient = Claimed(1);
        Assert.True(recipient.Doubt(1, "", Grace, Now));
        Assert.Equal((SmsState.Unknown, Now + Grace), (recipient.State, recipient.NextAt));
        Assert.True(recipient.ReportAccepted(1, "ACK", Now));
        recipient.Settle(5, Now + Grace);
        Assert.Equal(SmsState.Accepted, recipient.State);
    }

    [Fact]
    public void One_in_doubt_is_sent_again_only_where_the_gateway_would_have_reported_it()
    {
        var (reported, silent) = (Claimed(1), Claimed(1, isReported: false));
        foreach (var recipient in (SmsRecipient[])[reported, silent])
        {
            recipient.Doubt(1, "", Grace, Now);
            recipient.Settle(5, Now + Grace);
        }

        Assert.Equal(SmsState.Pending, reported.State);
        Assert.Equal((SmsState.Failed, SmsFailure.Unknown), (silent.State, silent.Failure));
        // A report that comes after all puts it right, and a person may have it sent.
        Assert.True(reported.ReportAccepted(1, "ACK", Now));
        Assert.Equal(SmsState.Accepted, reported.State);
        Assert.True(silent.Resend("admin", Now));
        Assert.Equal((SmsState.Pending, 0), (silent.State, silent.Tries));
    }

    [Fact]
    public void A_report_of_an_earlier_attempt_says_nothing_of_this_one_but_that_it_arrived()
    {
        var recipient = Claimed(2);
        Assert.False(recipient.ReportFailed(1, "", Now));
        Assert.False(recipient.ReportAccepted(1, "", Now));
        Assert.Equal(SmsState.Sending, recipient.State);
        Assert.True(recipient.ReportDelivered(1, "", Now));
        Assert.Equal(SmsState.Delivered, recipient.State);
    }

    [Fact]
    public void What_the_gateway_cannot_be_given_is_tried_as_often_as_the_settings_say()
    {
        var early = Claimed(1);
        Assert.True(early.Later(1, "connection refused", 2, TimeSpan.FromSeconds(5), Now));
        Assert.Equal((SmsState.Pending, Now.AddSeconds(5), "connection refused"), (early.State, early.NextAt, early.Reason));
        var last = Claimed(2);
        Assert.True(last.Later(2, "connection refused", 2, TimeSpan.FromSeconds(5), Now));
        Assert.Equal((SmsState.Failed, SmsFailure.NotTaken), (last.State, last.Failure));
    }

    [Fact]
    public void A_network_that_gives_it_up_makes_it_fail_unless_the_telephone_has_it_after_all()
    {
        var recipient = Claimed(1);
        recipient.Accept(1, null, "", Now);
        Assert.True(recipient.ReportFailed(1, "absent", Now));
        Assert.Equal((SmsState.Failed, SmsFailure.Undelivered, "absent"), (recipient.State, recipient.Failure, recipient.Reason));
        Assert.False(recipient.ReportAccepted(1, "", Now));
        Assert.True(recipient.ReportDelivered(1, "", Now));
        Assert.Equal((SmsState.Delivered, SmsFailure.None), (recipient.State, recipient.Failure));
    }

    private static SmsRecipient Claimed(int attempt, bool isReported = true) =>
        SmsRecipientOf.Claim(new SmsRecipient { Number = "099123456", Attempts = attempt, IsReported = isReported }, attempt);
}

/// <summary>The claim is SQL: here it is what that writes.</summary>
internal static class SmsRecipientOf
{
    public static SmsRecipient Claim(SmsRecipient recipient, int tries)
    {
        typeof(SmsRecipient).GetProperty(nameof(SmsRecipient.State))!.SetValue(recipient, SmsState.Sending);
        typeof(SmsRecipient).GetProperty(nameof(SmsRecipient.Tries))!.SetValue(recipient, tries);
        return recipient;
    }
}
