using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Expand.Server.Crm;

/// <summary>Where this host itself listens for FastAGI, section <c>Agi</c>: it wins over the installation's settings, which all hosts share.</summary>
internal sealed class AgiOptions : IValidatableObject
{
    [Range(1, 65_535)]
    public int? Port { get; set; }

    public string Address { get; set; } = "127.0.0.1";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPAddress.TryParse(Address, out _)) yield return new("Agi:Address is an IP address of this machine, such as 127.0.0.1", [nameof(Address)]);
    }
}
