using CsCheck;
using Expand.Asterisk.Ami;
using Expand.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Asterisk.Tests;

public sealed class AmiBackOffTests
{
    private static readonly TimeSpan Min = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_bound_doubles_from_the_first_to_the_last() =>
        Assert.Equal([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000],
            Enumerable.Range(1, 9).Select(n => (int)AmiBackOff.Delay(n, Min, Max, 1).TotalMilliseconds));

    [Fact]
    public void The_wait_is_anywhere_between_zero_and_the_bound() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.Double[0, 1]).Sample((failures, chance) =>
        {
            var wait = AmiBackOff.Delay(failures, Min, Max, chance);
            var bound = AmiBackOff.Delay(failures, Min, Max, 1);
            return wait >= TimeSpan.Zero && wait <= bound && bound <= Max && Math.Abs((wait - (bound * chance)).TotalMilliseconds) < 0.01;
        }, threads: 1);

    [Fact]
    public async Task The_client_waits_as_long_as_the_back_off_says_on_the_clock_that_was_given()
    {
        var time = new FakeTimeProvider();
        await using var asterisk = new FakeAsterisk(a => a.Name == "Login" ? FakeReply.HangUp : null);
        await using var ami = new AmiClient(asterisk.ClientOptions with { ReconnectMin = Min, ReconnectMax = Max }, time: time) { Chance = () => 0.5 };
        ami.Start();
        foreach (var (tries, wait) in (IEnumerable<(int, int)>)[(1, 50), (2, 100), (3, 200)])
        {
            await asterisk.WaitForAsync("Login", tries, Ct);
            await Notices.UntilAsync(() => ami.State == AmiState.WaitingToReconnect, Ct);
            await Task.Delay(50, Ct);   // lets the client reach its wait on the fake clock
            time.Advance(TimeSpan.FromMilliseconds(wait - 1));
            await Task.Delay(50, Ct);
            Assert.Equal(tries, asterisk.Connections);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
        await asterisk.WaitForAsync("Login", 4, Ct);
    }
}
