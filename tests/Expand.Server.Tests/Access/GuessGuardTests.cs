using System.Net;
using Expand.Server.Access;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Access;

/// <summary>When guessing is stopped, for how long, and whom that must not hit.</summary>
public sealed class GuessGuardTests
{
    private static readonly IPAddress Here = IPAddress.Parse("203.0.113.9");
    private static readonly IPAddress There = IPAddress.Parse("203.0.113.10");
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly GuessGuard guard;

    public GuessGuardTests() => guard = new GuessGuard(clock);

    [Fact]
    public void Ten_failures_within_five_minutes_lock_a_name_at_an_address_for_five_minutes_whatever_is_shown()
    {
        for (var i = 0; i < GuessGuard.FailuresOfPair - 1; i++) Assert.Equal(new GuessJudgement(GuessVerdict.Refused), Wrong("crm"));
        Assert.Equal(new GuessJudgement(GuessVerdict.Refused, Began: true), Wrong("CRM"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new GuessJudgement(GuessVerdict.Locked, TimeSpan.FromMinutes(4)), Wrong("crm"));
        Assert.Equal(new GuessJudgement(GuessVerdict.Locked, TimeSpan.FromMinutes(4)), Right("crm"));
        Assert.Equal(GuessVerdict.Accepted, Right("crm", There).Verdict);
        Assert.Equal(GuessVerdict.Accepted, Right("erp").Verdict);
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(GuessVerdict.Accepted, Right("crm").Verdict);
    }

    [Fact]
    public void Failures_that_are_older_than_five_minutes_do_not_count_and_a_success_forgives_those_of_its_pair()
    {
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(GuessVerdict.Refused, Wrong("crm").Verdict);
            clock.Advance(TimeSpan.FromSeconds(34));
        }

        for (var round = 0; round < 5; round++)
        {
            clock.Advance(GuessGuard.Window);
            for (var i = 0; i < GuessGuard.FailuresOfPair - 1; i++) Assert.Equal(GuessVerdict.Refused, Wrong("crm").Verdict);
            Assert.Equal(GuessVerdict.Accepted, Right("crm").Verdict);
            for (var i = 0; i < GuessGuard.FailuresOfPair - 1; i++) Assert.Equal(GuessVerdict.Refused, Wrong("crm").Verdict);
            Assert.Equal(GuessVerdict.Accepted, Right("crm").Verdict);
        }
    }

    [Fact]
    public void A_hundred_failures_lock_an_address_and_spare_who_was_accepted_from_there_within_a_day()
    {
        Assert.Equal(GuessVerdict.Accepted, Right("old").Verdict);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(GuessVerdict.Accepted, Right("crm").Verdict);
        clock.Advance(TimeSpan.FromHours(22));
        LockAddress();
        Assert.Equal(GuessVerdict.Accepted, Right("crm").Verdict);
        Assert.Equal(GuessVerdict.Locked, Right("old").Verdict);
        Assert.Equal(GuessVerdict.Locked, Right("new").Verdict);
        Assert.Equal(GuessVerdict.Accepted, Right("new", There).Verdict);
        clock.Advance(GuessGuard.LockTime);
        Assert.Equal(GuessVerdict.Accepted, Right("new").Verdict);
    }

    [Fact]
    public void While_an_address_is_locked_wrong_passwords_are_answered_alike_for_spared_names_and_all_others()
    {
        Right("crm");
        LockAddress();
        for (var i = 0; i < 3 * GuessGuard.FailuresOfPair; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(7));
            Assert.Equal(Wrong("nobody"), Wrong("crm"));
        }

        // It was too many for the spared name as well.
        Assert.Equal(GuessVerdict.Locked, Right("crm").Verdict);
        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(Wrong("nobody"), Wrong("crm"));
        Assert.Equal(GuessVerdict.Accepted, Right("crm").Verdict);
    }

    [Theory]
    [InlineData("203.0.113.9", "::ffff:203.0.113.9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.9", "203.0.113.10", false)]
    public void An_address_is_one_however_it_is_written_and_an_IPv6_network_counts_as_one(string one, string other, bool same)
    {
        for (var i = 0; i < GuessGuard.FailuresOfPair; i++) Wrong("crm", IPAddress.Parse(one));
        Assert.Equal(same ? GuessVerdict.Locked : GuessVerdict.Accepted, Right("crm", IPAddress.Parse(other)).Verdict);
    }

    [Fact]
    public async Task Of_guesses_that_come_at_once_no_more_are_answered_than_of_those_that_come_one_by_one()
    {
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => Wrong("crm").Verdict)));
        Assert.Equal(GuessGuard.FailuresOfPair, verdicts.Count(v => v == GuessVerdict.Refused));
        Assert.Equal(200 - GuessGuard.FailuresOfPair, verdicts.Count(v => v == GuessVerdict.Locked));
    }

    [Fact]
    public void However_many_names_and_addresses_are_tried_what_is_remembered_is_bounded()
    {
        Right("crm");
        for (var i = 0; i < 3 * GuessGuard.Bound; i++) guard.Judge($"name-{i}", new IPAddress(BitConverter.GetBytes(i + 1)), right: false);
        Assert.InRange(guard.Remembered, GuessGuard.Bound / 2, GuessGuard.Bound + 2);
        // Newest are kept: the last address is still counted.
        var last = new IPAddress(BitConverter.GetBytes(3 * GuessGuard.Bound));
        for (var i = 0; i < GuessGuard.FailuresOfPair - 1; i++) guard.Judge($"name-{(3 * GuessGuard.Bound) - 1}", last, right: false);
        Assert.Equal(GuessVerdict.Locked, guard.Judge($"name-{(3 * GuessGuard.Bound) - 1}", last, right: true).Verdict);
        LockAddress();
        Assert.Equal(GuessVerdict.Accepted, Right("crm").Verdict);
        for (var i = 0; i < 2 * GuessGuard.Bound; i++) guard.Judge("crm", new IPAddress(BitConverter.GetBytes(i + 1)), right: true);
        Assert.InRange(guard.Remembered, GuessGuard.Bound / 2, 2 * GuessGuard.Bound);
    }

    private void LockAddress()
    {
        for (var i = 0; i < GuessGuard.FailuresOfAddress - 1; i++) Assert.Equal(new GuessJudgement(GuessVerdict.Refused), Wrong($"guess-{i}"));
        Assert.True(Wrong("guess-last").Began);
    }

    private GuessJudgement Wrong(string name, IPAddress? from = null) => guard.Judge(name, from ?? Here, right: false);

    private GuessJudgement Right(string name, IPAddress? from = null) => guard.Judge(name, from ?? Here, right: true);
}
