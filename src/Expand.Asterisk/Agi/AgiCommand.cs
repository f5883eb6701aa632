using System.Buffers;
using System.Text;

namespace Expand.Asterisk.Agi;

/// <summary>
/// The commands as lines. Every argument is quoted, and what would end the quotes or the line is escaped or refused, so that a value is never more
/// than a value. Asterisk does not evaluate it either: <c>${…}</c> arrives as it is.
/// </summary>
public static class AgiCommand
{
    /// <summary>Longest line in bytes of UTF-8, its line break included (AGI_BUF_LEN in Asterisk's res_agi.c): it would cut a longer one into two.</summary>
    public const int MaxLineBytes = 2047;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\r\n\0");

    /// <summary>The value of a variable or a dialplan function, such as <c>CALLERID(num)</c>.</summary>
    public static string GetVariable(string name) => $"GET VARIABLE {Name(name)}";

    /// <summary>Sets a variable or a dialplan function; a name that begins with <c>__</c> is inherited by the channels that the call makes.</summary>
    public static string SetVariable(string name, string value) => Checked($"SET VARIABLE {Name(name)} {Quote(value)}");

    /// <summary>Runs an application. Asterisk splits <paramref name="arguments"/> at its commas.</summary>
    public static string Exec(string application, string arguments) => Checked($"EXEC {Name(application)} {Quote(arguments)}");

    /// <summary>Sets the caller's number; a name would be taken for one only as <c>CALLERID(name)</c>.</summary>
    public static string SetCallerId(string number) => Checked($"SET CALLERID {Quote(number)}");

    /// <summary>Bytes that a value takes up in a line.</summary>
    public static int QuotedBytes(string value) => Encoding.UTF8.GetByteCount(Quote(value));

    /// <summary>In quotes; a backslash before each quote and backslash.</summary>
    /// <exception cref="AgiInvalidValueException">It holds CR, LF or NUL.</exception>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.AsSpan().ContainsAny(Forbidden)) throw new AgiInvalidValueException("A value of an AGI command holds CR, LF or NUL.");
        return $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static string Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 80 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"_()-.,:".Contains(c, StringComparison.Ordinal)))
            throw new AgiInvalidValueException("The name of a variable or an application is impossible.");
        return name;
    }

    private static string Checked(string line) =>
        Encoding.UTF8.GetByteCount(line) < MaxLineBytes ? line : throw new AgiInvalidValueException($"The AGI command is longer than the {MaxLineBytes} bytes of a line.");
}
