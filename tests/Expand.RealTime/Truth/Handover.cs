using Expand.Phones;

namespace Expand.RealTime.Truth;

/// <summary>Transfers, as a phone makes them; each returns when it happened.</summary>
internal static class Handover
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="TimeoutException">It was refused, or came to no end.</exception>
    public static async Task<Moment> BlindAsync(PhoneCall call, string target, CancellationToken ct)
    {
        var asked = TimeProvider.System.GetUtcNow();
        return await EndAsync(call, asked, await call.TransferAsync(target, ct), ct);
    }

    /// <summary>Puts the caller on hold, asks the target, and joins them.</summary>
    /// <exception cref="TimeoutException">It was refused, or came to no end.</exception>
    public static async Task<Moment> AttendedAsync(PhoneCall call, string target, CancellationToken ct)
    {
        await call.HoldAsync(true, ct);
        var question = call.Phone.Dial(target);
        await question.WaitForAsync(PhoneCallState.Answered, Patience, ct);
        await Task.Delay(600, ct);
        var asked = TimeProvider.System.GetUtcNow();
        return await EndAsync(call, asked, await call.TransferAsync(question, ct), ct);
    }

    private static async Task<Moment> EndAsync(PhoneCall call, DateTimeOffset asked, int taken, CancellationToken ct)
    {
        if (taken != 202) throw new TimeoutException($"Asterisk answered {taken} to a transfer");
        var outcome = await call.WaitForTransferAsync(Patience, ct);
        if (outcome >= 300) throw new TimeoutException($"a transfer ended with {outcome}");
        var ended = await AgentDesk.EndOfAsync(call, Patience, ct);
        return new Moment(asked, ended + Moment.Reaction);
    }
}
