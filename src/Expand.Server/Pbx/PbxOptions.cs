using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Expand.Server.Pbx;

/// <summary>The Asterisk that this installation drives, section <c>Pbx</c>.</summary>
internal sealed class PbxOptions
{
    /// <summary>The PBX's name: its rows in the database carry it.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_-]{1,32}$")]
    public string Name { get; set; } = "pbx";

    /// <summary>Host of the AMI; empty: the embedded simulator.</summary>
    public string? Host { get; set; }

    [Range(1, 65535)]
    public int Port { get; set; } = 5038;

    public string? Username { get; set; }

    public string? Secret { get; set; }

    /// <summary>AMI over TLS (TLS 1.2 and newer).</summary>
    public bool Tls { get; set; }

    /// <summary>The name that the AMI's certificate must carry, where it is not the host's.</summary>
    public string? TlsServerName { get; set; }

    /// <summary>SHA-256 of the AMI's certificate in hex: for one that signs itself, as Asterisk's usually does.</summary>
    [RegularExpression("^([0-9A-Fa-f]{2}:?){32}$")]
    public string? TlsCertificateSha256 { get; set; }

    /// <summary>The dialplan context of what an extension may dial: <c>dst</c>, and <c>src</c> where it is no extension.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_-]{1,64}$")]
    public string Context { get; set; } = "internal";

    /// <summary>Endpoint names that are extensions; others (trunks, say) are not offered nor rung as one.</summary>
    [Required]
    public string ExtensionPattern { get; set; } = "^[0-9]{2,8}$";

    /// <summary>Whether <see cref="ExtensionPattern"/> is a regular expression at all.</summary>
    public bool HasUsablePattern
    {
        get
        {
            try
            {
                return new Regex(ExtensionPattern) is not null;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    /// <summary>New calls per second that are asked of the PBX at most; what comes faster waits its turn.</summary>
    [Range(1, 10_000)]
    public int OriginatesPerSecond { get; set; } = 200;

    /// <summary>The CSV that <c>cdr_custom</c> writes (see deploy/asterisk); empty: no CDR feed on this host.</summary>
    public string? CdrFile { get; set; }

    /// <summary>Set by the program itself where it brings the PBX along: its calls, people and queues are a demonstration's.</summary>
    public bool IsDemonstration { get; set; }

    /// <summary>Asterisk's <c>queue_log</c> file.</summary>
    public string? QueueLogFile { get; set; }
}
