namespace Expand.Asterisk.Agi;

/// <summary>A command that may not be written: a line break or NUL in it, an impossible name, or longer than Asterisk reads. Nothing was written.</summary>
public sealed class AgiInvalidValueException : ArgumentException
{
    /// <summary>A refusal.</summary>
    public AgiInvalidValueException() : this("The AGI command is invalid.") { }

    /// <summary>A refusal, in words.</summary>
    public AgiInvalidValueException(string message) : base(message) { }

    /// <summary>A refusal, in words.</summary>
    public AgiInvalidValueException(string message, Exception innerException) : base(message, innerException) { }
}

/// <summary>The session is over: Asterisk closed it, broke the protocol or a bound, or gave no answer in time.</summary>
public sealed class AgiEndedException : IOException
{
    /// <summary>An end.</summary>
    public AgiEndedException() : this("The AGI session is over.") { }

    /// <summary>An end, in words.</summary>
    public AgiEndedException(string message) : base(message) { }

    /// <summary>An end, in words.</summary>
    public AgiEndedException(string message, Exception innerException) : base(message, innerException) { }
}
