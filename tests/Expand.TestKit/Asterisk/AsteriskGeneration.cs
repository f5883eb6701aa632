namespace Expand.TestKit;

/// <summary>The generations of Asterisk that the end-to-end tests run on; the value is the major version.</summary>
public enum AsteriskGeneration
{
    /// <summary>Debian bullseye's 16.</summary>
    Asterisk16 = 16,

    /// <summary>Debian sid's 22.</summary>
    Asterisk22 = 22,
}
