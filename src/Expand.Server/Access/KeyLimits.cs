using Expand.Server.Platform;

namespace Expand.Server.Access;

/// <summary>What an administrator may narrow a key to.</summary>
/// <param name="Operations">SOAP operations; empty: all.</param>
/// <param name="Addresses">Addresses or networks such as <c>10.1.0.0/16</c>; empty: any.</param>
/// <param name="RatePerSecond">Calls per second and host; null: no limit.</param>
internal sealed record KeyLimits(IReadOnlyList<string> Operations, IReadOnlyList<string> Addresses, int? RatePerSecond)
{
    public static readonly KeyLimits None = new([], [], null);

    /// <summary>The refusal that names the field and the rule, or null where all is right.</summary>
    public Failure? Validate(IReadOnlySet<string> knownOperations)
    {
        if (Operations.FirstOrDefault(o => !knownOperations.Contains(o)) is { } unknown)
            return Failure.Invalid("operations", $"'{unknown}' is not an operation of the SOAP service");
        return AllowedAddresses.Validate(Addresses) ?? CallRate.Validate(RatePerSecond);
    }
}
