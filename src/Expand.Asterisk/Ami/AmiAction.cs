using System.Buffers;
using System.Collections;
using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>
/// An action to send: <c>new AmiAction("Originate") { { "Channel", "PJSIP/701" }, { "Async", "true" } }</c>. Names may repeat
/// (<c>Variable</c>). The client adds the ActionID. Every value is checked when it is added, so that nothing harmful can be sent.
/// </summary>
public sealed class AmiAction : IEnumerable<KeyValuePair<string, string>>
{
    /// <summary>Longest line, "Name: value" in bytes of UTF-8. Measured: Asterisk refuses lines over 1,000 characters.</summary>
    public const int MaxLineBytes = 1000;

    /// <summary>Most headers, Action and ActionID among them (AST_MAX_MANHEADERS in Asterisk's manager.h).</summary>
    public const int MaxHeaders = 128;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\r\n\0");
    private readonly List<KeyValuePair<string, string>> _headers = [];

    /// <summary>An action without arguments yet.</summary>
    /// <param name="name">Name of the action, as Asterisk's ListCommands gives it.</param>
    /// <exception cref="AmiInvalidValueException">The name is empty or would break the line.</exception>
    public AmiAction(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (string.IsNullOrWhiteSpace(name)) throw new AmiInvalidValueException("Action", "is empty");
        CheckValue("Action", name);
        Name = name;
    }

    /// <summary>Name of the action.</summary>
    public string Name { get; }

    /// <summary>Adds a header.</summary>
    /// <param name="name">Header name: no blanks, no colon, no control characters; not Action or ActionID.</param>
    /// <param name="value">Value: no CR, LF or NUL; with its name at most <see cref="MaxLineBytes"/> bytes.</param>
    /// <exception cref="AmiInvalidValueException">Name or value may not be written.</exception>
    public void Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.Length == 0) throw new AmiInvalidValueException(name, "has an empty name");
        foreach (var c in name)
        {
            if (c == ':' || c <= ' ' || char.IsControl(c)) throw new AmiInvalidValueException(name, "has a colon, blank or control character in its name");
        }
        if (name.Equals("Action", StringComparison.OrdinalIgnoreCase) || name.Equals("ActionID", StringComparison.OrdinalIgnoreCase))
            throw new AmiInvalidValueException(name, "is written by the client");
        CheckValue(name, value);
        if (_headers.Count + 2 >= MaxHeaders) throw new AmiInvalidValueException(name, $"is one too many: Asterisk takes {MaxHeaders}");
        _headers.Add(new(name, value));
    }

    /// <summary>The added headers, in order.</summary>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _headers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The action's name; values may be confidential.</summary>
    public override string ToString() => Name;

    internal static AmiAction Login(AmiOptions options) =>
        new("Login") { { "Username", options.Username }, { "Secret", options.Secret } };

    internal byte[] ToBytes(string actionId)
    {
        var text = new StringBuilder(64 + (_headers.Count * 32));
        text.Append("Action: ").Append(Name).Append("\r\nActionID: ").Append(actionId).Append("\r\n");
        foreach (var (name, value) in _headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    private static void CheckValue(string name, string value)
    {
        if (value.AsSpan().ContainsAny(Forbidden)) throw new AmiInvalidValueException(name, "holds CR, LF or NUL");
        if (Encoding.UTF8.GetByteCount(name) + 2 + Encoding.UTF8.GetByteCount(value) > MaxLineBytes)
            throw new AmiInvalidValueException(name, $"is longer than the {MaxLineBytes} bytes of a line");
    }
}
