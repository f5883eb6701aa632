using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Expand.Phones;

/// <summary>Where a call is.</summary>
public enum PhoneCallState
{
    /// <summary>Dialled by this phone; nothing heard yet.</summary>
    Dialling,
    /// <summary>This phone rings, or the one that it dialled does.</summary>
    Ringing,
    /// <summary>Both sides talk.</summary>
    Answered,
    /// <summary>Over, in whatever way.</summary>
    Ended,
}

/// <summary>A call at a phone: one SIP dialog. Thread-safe.</summary>
public sealed partial class PhoneCall
{
    // Long enough for the other side's repetitions (RFC 3261, 64 x T1).
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(32);
    private readonly Lock _gate = new();
    private readonly List<ShownParty> _shown = [];
    private readonly Dictionary<PhoneEventKind, DateTimeOffset> _instants = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over;

    private readonly MediaStream _voice = new();
    private (IPEndPoint To, int Payload)? _ear;

    private PhoneCall(Phone phone, string id, bool incoming)
    {
        Phone = phone;
        Id = id;
        IsIncoming = incoming;
        _over = CancellationTokenSource.CreateLinkedTokenSource(phone.Bank.Wire.Stopped);
    }

    /// <summary>The phone that it is a call of.</summary>
    public Phone Phone { get; }

    /// <summary>Call-ID of SIP.</summary>
    public string Id { get; }

    /// <summary>Whether the phone was called; false: it dialled.</summary>
    public bool IsIncoming { get; }

    /// <summary>Where it is.</summary>
    public PhoneCallState State { get; private set; }

    /// <summary>SIP status with which it was refused, by either side; null: it was not.</summary>
    public int? Refusal { get; private set; }

    /// <summary>Whether the caller gave up while it rang.</summary>
    public bool Cancelled { get; private set; }

    /// <summary>What the display shows now.</summary>
    public ShownParty Shown
    {
        get { lock (_gate) return _shown.Count == 0 ? new(null, "") : _shown[^1]; }
    }

    /// <summary>All that the display has shown, in order, each change once.</summary>
    public IReadOnlyList<ShownParty> ShownHistory
    {
        get { lock (_gate) return [.. _shown]; }
    }

    /// <summary>Status of the transfer that was asked for, as Asterisk reported it last (NOTIFY); null: none yet.</summary>
    public int? TransferStatus { get; private set; }

    /// <summary>Lets the other side hear a tone, in place of silence, for that long or until the call ends.</summary>
    /// <param name="hertz">Its frequency, below 4000.</param>
    /// <param name="lasts">For how long.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="InvalidOperationException">The other side has not said where it hears: the call is not answered.</exception>
    public async Task SendToneAsync(double hertz, TimeSpan lasts, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hertz);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(hertz, 4000);
        var (to, payload) = _ear ?? throw new InvalidOperationException($"the call of phone {Phone.Number} is {State}: nobody hears");
        using var until = CancellationTokenSource.CreateLinkedTokenSource(ct, _over.Token);
        try
        {
            await Bank.Media.SendToneAsync(_voice, to, payload, hertz, lasts, until.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { /* the call ended */ }
    }

    /// <summary>When that happened first in this call, UTC; null: it has not.</summary>
    public DateTimeOffset? When(PhoneEventKind kind)
    {
        lock (_gate) return _instants.TryGetValue(kind, out var at) ? at : null;
    }

    private PhoneBank Bank => Phone.Bank;

    /// <summary>Waits until the call is there, or past it: waiting for Answered fails at once when it ends unanswered.</summary>
    /// <exception cref="TimeoutException">It did not get there.</exception>
    public async Task WaitForAsync(PhoneCallState state, TimeSpan timeout, CancellationToken ct = default)
    {
        await Bank.Changed.UntilAsync(() => State >= state ? this : null, timeout,
            () => $"the call of phone {Phone.Number} is {State} and did not become {state}", ct).ConfigureAwait(false);
        if (State == PhoneCallState.Ended && state != PhoneCallState.Ended && !WasAnswered)
            throw new TimeoutException($"the call of phone {Phone.Number} ended ({Refusal}) before it was {state}");
    }

    /// <summary>Waits until the display shows what fits.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public Task<ShownParty> WaitForShownAsync(Func<ShownParty, bool> fits, TimeSpan timeout, CancellationToken ct = default) =>
        Bank.Changed.UntilAsync(() => fits(Shown) ? Shown : null, timeout, () => $"phone {Phone.Number} shows {Shown} and no change came", ct);

    /// <summary>Whether both sides ever talked.</summary>
    public bool WasAnswered { get; private set; }

    internal void Note(PhoneEventKind kind, DateTimeOffset at)
    {
        lock (_gate) _instants.TryAdd(kind, at);
    }

    /// <summary>Ends the call without a word to Asterisk.</summary>
    internal void Forget()
    {
        if (Become(PhoneCallState.Ended)) Bank.Record(this, PhoneEventKind.HungUpThere);
    }

    internal Task EndedAsync(CancellationToken ct) => _ended.Task.WaitAsync(ct);

    /// <summary>Where the other side hears, by its session description (RFC 4566); one without keeps what was said before.</summary>
    private void Hear(SipMessage message)
    {
        if (AudioLine().Match(message.Body) is not { Success: true } audio || AddressLine().Match(message.Body) is not { Success: true } address) return;
        _ear = (new IPEndPoint(IPAddress.Parse(address.Groups[1].ValueSpan), int.Parse(audio.Groups[1].ValueSpan, CultureInfo.InvariantCulture)), audio.Groups[2].Value == "8" ? 8 : 0);
    }

    [GeneratedRegex(@"^m=audio (\d+) RTP/AVP (\d+)", RegexOptions.Multiline)]
    private static partial Regex AudioLine();

    [GeneratedRegex(@"^c=IN IP4 ([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex AddressLine();

    private void Show(SipMessage message)
    {
        var party = ShownParty.Of(message);
        lock (_gate)
        {
            if (_shown.Count > 0 && _shown[^1] == party) return;
            _shown.Add(party);
            if (_shown.Count == 1) return;
        }
        Bank.Record(this, PhoneEventKind.ShownChanged);
    }

    /// <summary>Goes on to a state; false where it is there or past it: somebody was first.</summary>
    private bool Become(PhoneCallState state)
    {
        lock (_gate)
        {
            if (State >= state) return false;
            State = state;
            if (state == PhoneCallState.Answered) WasAnswered = true;
        }
        if (state == PhoneCallState.Ended) _ = FinishAsync();
        return true;
    }

    private async Task FinishAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        _ended.TrySetResult();
        try
        {
            await Task.Delay(Linger, Bank.Time, Bank.Wire.Stopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException) { /* the bank ended */ }
        Bank.Remove(this);
        _over.Dispose();
    }
}
