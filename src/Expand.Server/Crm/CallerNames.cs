using System.Text;
using Expand.Server.Access.Settings;

namespace Expand.Server.Crm;

/// <summary>The names of callers, as the CRM tells them; kept for a while, on each host, and asked for once however many calls wait for the same one.</summary>
internal sealed class CallerNames(CrmServices crm, Settings<CrmSettings> settings, TimeProvider clock)
{
    /// <summary>What a phone's display and a header take at most.</summary>
    public const int LongestName = 80;

    private const int MostKept = 10_000;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private CrmServiceSettings? keptOf;

    /// <summary>Names that are kept.</summary>
    public int Count
    {
        get
        {
            lock (gate) return kept.Count;
        }
    }

    /// <summary>The name for a number; empty where there is none, or the CRM cannot tell.</summary>
    public async Task<string> FindAsync(string number)
    {
        if (number.Length is 0 or > 100 || !crm.Has(CrmOperation.CallerName)) return "";
        Task<string?> asked;
        lock (gate)
        {
            ForgetOtherCrms();
            var now = clock.GetUtcNow();
            if (kept.TryGetValue(number, out var known) && (known.Until > now || !known.Name.IsCompleted)) asked = known.Name;
            else
            {
                if (kept.Count >= MostKept) Shrink(now);
                kept[number] = new Kept(asked = AskAsync(number), DateTimeOffset.MaxValue);
            }
        }

        return await asked ?? "";
    }

    /// <summary>What may be shown of a CRM's answer: one line, without what would end a quoted name or an address in a header.</summary>
    public static string Clean(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (text.Length >= LongestName) break;
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
            }
            else if (rune != Rune.ReplacementChar && rune.Value is not ('"' or '<' or '>' or '\\' or ';'))
            {
                text.Append(rune.ToString());
            }
        }

        return text.ToString().Trim();
    }

    /// <summary>Null where the CRM could not tell: that is not kept.</summary>
    private async Task<string?> AskAsync(string number)
    {
        // Out of the lock: what the answer changes is behind it as well.
        await Task.Yield();
        var answer = await crm.CallAsync(CrmOperation.CallerName, number);
        var name = answer is { IsSuccess: true } ? Clean(answer.Value) : null;
        var time = TimeSpan.FromSeconds(settings.Value.NameCacheSeconds / (name is { Length: > 0 } ? 1.0 : 10.0));
        lock (gate)
        {
            if (name is null || time == TimeSpan.Zero) kept.Remove(number);
            else if (kept.TryGetValue(number, out var there)) kept[number] = there with { Until = clock.GetUtcNow() + time };
        }

        return name;
    }

    private void ForgetOtherCrms()
    {
        var now = settings.Value.CallerName;
        if (keptOf == now) return;
        kept.Clear();
        keptOf = now;
    }

    private void Shrink(DateTimeOffset now)
    {
        foreach (var number in kept.Where(k => k.Value.Until <= now).Select(k => k.Key).ToList()) kept.Remove(number);
        if (kept.Count >= MostKept) kept.Clear();
    }

    private sealed record Kept(Task<string?> Name, DateTimeOffset Until);
}
