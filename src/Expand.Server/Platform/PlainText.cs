namespace Expand.Server.Platform;

/// <summary>A text without control characters and halves of characters: neither a log nor the PBX nor PostgreSQL takes those.</summary>
internal static class PlainText
{
    public const string Rule = "may not hold control characters";

    /// <summary>Whether the text may be taken; <paramref name="lines"/>: line breaks and tabs too.</summary>
    public static bool Holds(string text, bool lines = false)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t')) return false;
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(c)) return false;
        }

        return true;
    }
}
