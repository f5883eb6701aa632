using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Cdr;

/// <summary>Section <c>Cdr</c>: the installation's own fields of cdrCustom, each a template (see <see cref="CdrTemplate"/>).</summary>
internal sealed class CdrOptions
{
    [Required]
    public string Estado { get; set; } = "{disposition}";

    [Required]
    public string Observaciones { get; set; } = "{callinfo}";
}
