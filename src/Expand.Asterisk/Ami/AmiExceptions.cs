namespace Expand.Asterisk.Ami;

/// <summary>
/// A header that may not be written: it holds CR, LF or NUL (a bare LF ends a header in Asterisk, two start another action, NUL
/// truncates), has an impossible name, or exceeds what Asterisk reads. Nothing was written.
/// </summary>
public sealed class AmiInvalidValueException : ArgumentException
{
    /// <summary>Refuses <paramref name="header"/> because of <paramref name="reason"/>.</summary>
    public AmiInvalidValueException(string header, string reason)
        : base($"AMI header {Printable(header)}: {reason}.") => Header = header;

    /// <summary>Refuses an unnamed header.</summary>
    public AmiInvalidValueException() : this("", "invalid") { }

    /// <summary>Refuses an unnamed header because of <paramref name="message"/>.</summary>
    public AmiInvalidValueException(string message) : this("", message) { }

    /// <summary>Refuses an unnamed header because of <paramref name="message"/>.</summary>
    public AmiInvalidValueException(string message, Exception innerException) : base(message, innerException) => Header = "";

    /// <summary>The header's name as given.</summary>
    public string Header { get; }

    private static string Printable(string header) =>
        header.Length == 0 ? "(empty)" : string.Concat(header.Take(60).Select(c => char.IsControl(c) ? '?' : c));
}

/// <summary>
/// The connection is not up, or was lost while an action waited for its answer. The client never sends the action again: an
/// Originate sent twice is two calls.
/// </summary>
public sealed class AmiConnectionLostException : IOException
{
    /// <summary>A loss for <paramref name="message"/>; <paramref name="mayHaveBeenSent"/>: see <see cref="MayHaveBeenSent"/>.</summary>
    public AmiConnectionLostException(string message, bool mayHaveBeenSent) : base(message) => MayHaveBeenSent = mayHaveBeenSent;

    /// <summary>A loss without a known reason.</summary>
    public AmiConnectionLostException() : this("The AMI connection was lost.") { }

    /// <summary>A loss for <paramref name="message"/>; the action may have been sent.</summary>
    public AmiConnectionLostException(string message) : this(message, true) { }

    /// <summary>A loss for <paramref name="message"/>; the action may have been sent.</summary>
    public AmiConnectionLostException(string message, Exception innerException) : base(message, innerException) => MayHaveBeenSent = true;

    /// <summary>False: no byte of the action left this process, Asterisk cannot have acted on it. True: nobody knows.</summary>
    public bool MayHaveBeenSent { get; }
}

/// <summary>Asterisk refused the user or the secret.</summary>
public sealed class AmiAuthenticationException : IOException
{
    /// <summary>A refusal without Asterisk's words.</summary>
    public AmiAuthenticationException() : this("AMI authentication failed.") { }

    /// <summary>A refusal with Asterisk's words.</summary>
    public AmiAuthenticationException(string message) : base(message) { }

    /// <summary>A refusal with Asterisk's words.</summary>
    public AmiAuthenticationException(string message, Exception innerException) : base(message, innerException) { }
}

/// <summary>What came is not AMI, or exceeds a bound; the connection cannot go on.</summary>
public sealed class AmiProtocolException : IOException
{
    /// <summary>A break of the protocol.</summary>
    public AmiProtocolException() : this("AMI protocol error.") { }

    /// <summary>A break of the protocol, in words.</summary>
    public AmiProtocolException(string message) : base(message) { }

    /// <summary>A break of the protocol, in words.</summary>
    public AmiProtocolException(string message, Exception innerException) : base(message, innerException) { }
}
