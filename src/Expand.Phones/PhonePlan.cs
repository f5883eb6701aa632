using System.Globalization;

namespace Expand.Phones;

/// <summary>
/// The file that tells a bank what its phones do. A line is <c>number behaviour [argument]</c>; <c>*</c> is every other number;
/// <c>#</c> begins a comment. Seconds may have a fraction.
/// <code>
/// 701 answer 1.5            rings 1.5 s and answers
/// 702 answer 1 hangup 20    … and hangs up 20 s later
/// 711 busy                  712 never        713 reject [seconds]     714 congestion [seconds]
/// 716 code 480 [seconds]    715 offhook *60  717 answer 1 register SECRET
/// </code>
/// </summary>
public sealed record PhonePlan(IReadOnlyDictionary<string, PhoneBehaviour> Phones, IReadOnlyDictionary<string, string> Passwords, PhoneBehaviour? Others)
{
    /// <summary>Reads a plan.</summary>
    /// <exception cref="FormatException">A line cannot be read; the message names it.</exception>
    public static PhonePlan Parse(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var phones = new Dictionary<string, PhoneBehaviour>(StringComparer.Ordinal);
        var passwords = new Dictionary<string, string>(StringComparer.Ordinal);
        PhoneBehaviour? others = null;
        foreach (var line in lines)
        {
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var words = (comment < 0 ? line : line[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToList();
            if (words.Count == 0) continue;
            var register = words.IndexOf("register");
            if (register > 0 && register == words.Count - 2)
            {
                passwords[words[0]] = words[register + 1];
                words.RemoveRange(register, 2);
            }
            var behaviour = Behaviour(words) ?? throw new FormatException($"the plan of the phones cannot be read at \"{line.Trim()}\"");
            if (words[0] == "*") others = behaviour;
            else phones[words[0]] = behaviour;
        }
        return new(phones, passwords, others);
    }

    private static PhoneBehaviour? Behaviour(List<string> words) => words.Skip(1).ToArray() switch
    {
        ["answer", var ring] when Seconds(ring) is { } after => PhoneBehaviour.Answers(after),
        ["answer", var ring, "hangup", var talk] when Seconds(ring) is { } after && Seconds(talk) is { } talks => PhoneBehaviour.Answers(after, talks),
        ["never"] => PhoneBehaviour.NeverAnswers,
        ["offhook", var destination] => PhoneBehaviour.OffHook(destination),
        ["busy", .. var rest] => Refusal(486, rest),
        ["reject", .. var rest] => Refusal(603, rest),
        ["congestion", .. var rest] => Refusal(503, rest),
        ["code", var code, .. var rest] when int.TryParse(code, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 699 => Refusal(status, rest),
        _ => null,
    };

    private static PhoneBehaviour? Refusal(int status, string[] rest) => rest switch
    {
        [] => PhoneBehaviour.Refuses(status),
        [var ring] when Seconds(ring) is { } after => PhoneBehaviour.Refuses(status, after),
        _ => null,
    };

    private static TimeSpan? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400
            ? TimeSpan.FromSeconds(seconds) : null;
}
