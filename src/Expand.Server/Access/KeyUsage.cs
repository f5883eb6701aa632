namespace Expand.Server.Access;

/// <summary>Counts what a key is used for on this host, until it is written down.</summary>
internal sealed class KeyUsage
{
    private long calls;
    private long lastUsedTicks;
    private string? lastAddress;

    public void Count(DateTimeOffset at, string? address)
    {
        Interlocked.Increment(ref calls);
        Volatile.Write(ref lastUsedTicks, at.UtcTicks);
        Volatile.Write(ref lastAddress, address);
    }

    /// <summary>Takes what was counted since the last time; zero calls where it was not used.</summary>
    public (long Calls, DateTime LastUsed, string? Address) Take() =>
        (Interlocked.Exchange(ref calls, 0), new DateTime(Volatile.Read(ref lastUsedTicks), DateTimeKind.Utc), Volatile.Read(ref lastAddress));

    /// <summary>Puts back what was taken and could not be written.</summary>
    public void PutBack(long taken) => Interlocked.Add(ref calls, taken);
}
