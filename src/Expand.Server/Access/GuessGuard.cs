using System.Net;
using System.Net.Sockets;

namespace Expand.Server.Access;

/// <summary>What becomes of a request that showed a credential.</summary>
internal enum GuessVerdict
{
    Accepted,
    Refused,

    /// <summary>Too many failures: nothing is taken for a while, not even what is right.</summary>
    Locked,
}

/// <summary>A verdict on one request.</summary>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="RetryAfter">Where it is locked: for how long.</param>
/// <param name="Began">Whether this failure began a lock.</param>
internal readonly record struct GuessJudgement(GuessVerdict Verdict, TimeSpan RetryAfter = default, bool Began = false);

/// <summary>
/// Stops guessing: failures are counted for each name from each address, and for each address as a whole; too many of them lock the pair or
/// the address for a while. Names that exist and those that do not are treated alike in everything that a guesser can see. What is
/// remembered is this host's own, and bounded.
/// </summary>
internal sealed class GuessGuard(TimeProvider clock)
{
    /// <summary>Failures of a name from one address, within <see cref="Window"/>, that lock this pair.</summary>
    public const int FailuresOfPair = 10;

    /// <summary>Failures of an address, whatever the names, within <see cref="Window"/>, that lock it.</summary>
    public const int FailuresOfAddress = 100;

    /// <summary>Pairs and addresses remembered at most.</summary>
    public const int Bound = 20_000;

    /// <summary>How long a failure counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>How long a lock lasts.</summary>
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long an address's lock spares a name that was accepted from there: a call centre behind one address must not be locked out by a
    /// script beside it.
    /// </summary>
    public static readonly TimeSpan SparedTime = TimeSpan.FromDays(1);

    private readonly Lock gate = new();

    /// <summary>By address and name; an address as a whole has no name.</summary>
    private readonly Dictionary<(IPAddress Address, string? Name), Failures> failures = [];

    /// <summary>When each pair was accepted last.</summary>
    private readonly Dictionary<(IPAddress Address, string Name), TimeSpan> accepted = [];

    /// <summary>Pairs and addresses that are remembered.</summary>
    public int Remembered
    {
        get
        {
            lock (gate) return failures.Count + accepted.Count;
        }
    }

    /// <summary>
    /// Judges a request and counts it, in one step: of requests that come at once no more are answered than of those that come one by one.
    /// </summary>
    /// <param name="name">The name shown; its case does not matter.</param>
    /// <param name="address">Where the request came from. IPv6 counts by network (/64): there whoever has one address has them all.</param>
    /// <param name="right">Whether what was shown is right; it is asked for even where a lock hides it.</param>
    public GuessJudgement Judge(string name, IPAddress? address, bool right)
    {
        name = name.ToLowerInvariant();
        var place = PlaceOf(address);
        var now = clock.GetElapsedTime(0);
        lock (gate)
        {
            var pairUntil = failures.GetValueOrDefault((place, name))?.LockedUntil ?? TimeSpan.Zero;
            var placeUntil = failures.GetValueOrDefault((place, null))?.LockedUntil ?? TimeSpan.Zero;
            if (pairUntil > now) return Locked(pairUntil > placeUntil ? pairUntil : placeUntil, now);
            if (placeUntil > now) return JudgeSpared(place, name, right, placeUntil, now);
            if (right) return Accept(place, name, now);
            var began = Fail(place, name, FailuresOfPair, now + LockTime, now) | Fail(place, null, FailuresOfAddress, now + LockTime, now);
            return new(GuessVerdict.Refused, Began: began);
        }
    }

    /// <summary>
    /// While its address is locked, what is right goes on for a name that is spared; what is wrong is answered as it is for every other name,
    /// so that nobody finds out which ones are spared. It counts all the same, for as long as the address's lock lasts.
    /// </summary>
    private GuessJudgement JudgeSpared(IPAddress place, string name, bool right, TimeSpan placeUntil, TimeSpan now)
    {
        var spared = accepted.TryGetValue((place, name), out var at) && now - at < SparedTime;
        if (spared && right) return Accept(place, name, now);
        if (spared) Fail(place, name, FailuresOfPair, placeUntil, now);
        return Locked(placeUntil, now);
    }

    private GuessJudgement Accept(IPAddress place, string name, TimeSpan now)
    {
        failures.Remove((place, name));
        if (accepted.Count >= Bound && !accepted.ContainsKey((place, name))) Forget(accepted, at => now - at >= SparedTime, at => at);
        accepted[(place, name)] = now;
        return new(GuessVerdict.Accepted);
    }

    /// <summary>True where this failure begins a lock.</summary>
    private bool Fail(IPAddress place, string? name, int most, TimeSpan until, TimeSpan now)
    {
        if (!failures.TryGetValue((place, name), out var counted))
        {
            if (failures.Count >= Bound) Forget(failures, f => f.LockedUntil <= now && now - f.Last >= Window, f => f.Last);
            failures[(place, name)] = counted = new Failures();
        }

        return counted.Add(most, until, now);
    }

    /// <summary>Forgets what is past, and of the rest the oldest until a quarter is free.</summary>
    private static void Forget<TKey, TValue>(Dictionary<TKey, TValue> remembered, Func<TValue, bool> isPast, Func<TValue, TimeSpan> age)
        where TKey : notnull
    {
        foreach (var (key, _) in remembered.Where(r => isPast(r.Value)).ToList()) remembered.Remove(key);
        var tooMany = remembered.Count - (Bound * 3 / 4);
        if (tooMany <= 0) return;
        foreach (var (key, _) in remembered.OrderBy(r => age(r.Value)).Take(tooMany).ToList()) remembered.Remove(key);
    }

    private static GuessJudgement Locked(TimeSpan until, TimeSpan now) => new(GuessVerdict.Locked, until - now);

    private static IPAddress PlaceOf(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    private sealed class Failures
    {
        private readonly Queue<TimeSpan> recent = new();

        public TimeSpan LockedUntil { get; private set; }

        public TimeSpan Last { get; private set; }

        public bool Add(int most, TimeSpan until, TimeSpan now)
        {
            while (recent.TryPeek(out var oldest) && now - oldest >= Window) recent.Dequeue();
            recent.Enqueue(now);
            Last = now;
            if (recent.Count < most) return false;
            recent.Clear();
            LockedUntil = until;
            return true;
        }
    }
}
