using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Cdr;

/// <summary>Section <c>Cdr</c>: the installation's own fields of cdrCustom, each a template (see <see cref="CdrTemplate"/>), and how long records are kept.</summary>
internal sealed class CdrOptions
{
    [Required]
    public string Estado { get; set; } = "{disposition}";

    [Required]
    public string Observaciones { get; set; } = "{callinfo}";

    /// <summary>How many months of call records are kept before the present one (months are UTC); 0: all. Older ones are dropped, a month at a time.</summary>
    [Range(0, 1200)]
    public int KeepMonths { get; set; }
}
