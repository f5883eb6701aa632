using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Expand.Asterisk.Agi;

/// <summary>Asterisk's answer to a command.</summary>
/// <param name="Code">200; 510 where the command is not known, 511 on a channel that is gone, 520 where it is wrong.</param>
/// <param name="Result">What stands behind <c>result=</c>; empty where nothing does.</param>
/// <param name="Value">What stands in parentheses, such as a variable's value; null where nothing does.</param>
public sealed record AgiReply(int Code, string Result, string? Value)
{
    /// <summary>Whether the command was carried out.</summary>
    public bool IsSuccess => Code == 200 && Result is not ("-1" or "");
}

/// <summary>The protocol without a socket: bytes in, lines and answers out.</summary>
public static class AgiParser
{
    /// <summary>What Asterisk sends, between the answers, when the caller has hung up.</summary>
    public const string HangUp = "HANGUP";

    /// <summary>Takes the next line out of the buffer, without its line break.</summary>
    /// <param name="buffer">What came; afterwards, what is left of it.</param>
    /// <param name="maxBytes">Longest line.</param>
    /// <param name="line">The line.</param>
    /// <exception cref="AgiEndedException">The line is longer.</exception>
    public static bool TryReadLine(ref ReadOnlySequence<byte> buffer, int maxBytes, [NotNullWhen(true)] out string? line)
    {
        line = null;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> bytes, (byte)'\n'))
        {
            return buffer.Length > maxBytes ? throw new AgiEndedException($"A line of AGI is longer than {maxBytes} bytes.") : false;
        }

        if (bytes.Length > maxBytes) throw new AgiEndedException($"A line of AGI is longer than {maxBytes} bytes.");
        line = Encoding.UTF8.GetString(bytes).TrimEnd('\r');
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    /// <summary>Reads an answer's line: <c>200 result=1 (value)</c>. Null where it is none.</summary>
    public static AgiReply? Reply(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)) return null;
        var rest = line.AsSpan(3);
        var result = rest.IndexOf("result=", StringComparison.Ordinal) is >= 0 and var at ? rest[(at + 7)..] : "";
        var open = result.IndexOf(" (", StringComparison.Ordinal);
        var close = result.LastIndexOf(')');
        var value = open >= 0 && close > open ? result[(open + 2)..close].ToString() : null;
        var space = result.IndexOf(' ');
        return new AgiReply(code, (space < 0 ? result : result[..space]).ToString(), value);
    }

    /// <summary>Whether more lines of the same answer follow: <c>520-Invalid command syntax. …</c>, up to <c>520 End …</c>.</summary>
    public static bool GoesOn(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.StartsWith("520-", StringComparison.Ordinal);
    }
}
