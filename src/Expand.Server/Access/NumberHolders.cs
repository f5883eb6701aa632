using System.Collections.Frozen;

namespace Expand.Server.Access;

/// <summary>
/// The time in which a number stands for somebody in reports: from having it until the next one has it. The first one's time has no
/// beginning and the last one's no end (both null), so that whatever was done under the number is somebody's.
/// </summary>
internal sealed record NumberHolder(string Number, int UserId, string Username, string FullName, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>Whom each agent's number stood for at any time, by what is asked.</summary>
internal sealed class NumberHolders
{
    public static readonly NumberHolders None = new([]);

    private readonly FrozenDictionary<string, NumberHolder[]> byNumber;
    private readonly FrozenDictionary<string, NumberHolder[]> byUsername;

    /// <param name="held">By number in the order in which it was had.</param>
    public NumberHolders(IReadOnlyCollection<HeldNumber> held)
    {
        byNumber = held.GroupBy(h => h.Number, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => InTurn([.. g]), StringComparer.Ordinal);
        byUsername = byNumber.Values.SelectMany(h => h)
            .GroupBy(h => h.Username, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Who had the number at that instant, or had it last before, or else had it first; null where nobody ever had it.</summary>
    public NumberHolder? At(string number, DateTimeOffset at) =>
        byNumber.TryGetValue(number, out var holders) ? holders.Last(h => h.From is null || h.From <= at) : null;

    /// <summary>The numbers that users of that name had, each with its time; empty where none had one.</summary>
    public IReadOnlyList<NumberHolder> Of(string username) => byUsername.GetValueOrDefault(username) ?? [];

    private static NumberHolder[] InTurn(HeldNumber[] held) =>
    [
        .. held.Select((h, i) => new NumberHolder(
            h.Number, h.UserId, h.UserName, h.FullName, i == 0 ? null : h.From, i == held.Length - 1 ? null : held[i + 1].From)),
    ];
}
