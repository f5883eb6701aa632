using System.Text.RegularExpressions;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.DoNotCall;

/// <summary>How numbers are compared, and how long registers and evidence last.</summary>
internal sealed partial record DoNotCallSettings : ISettingsSection
{
    public static string Section => "DoNotCall";

    /// <summary>The country that numbers without a country's code are of.</summary>
    public string CountryCode { get; init; } = "598";

    /// <summary>What stands before numbers within the country; empty where nothing does.</summary>
    public string NationalPrefix { get; init; } = "0";

    /// <summary>Days that an edition of a register is valid, where whoever brings it in says no other end.</summary>
    public int RegistryValidDays { get; init; } = 30;

    /// <summary>Days that the evidence of checks is kept.</summary>
    public int EvidenceDays { get; init; } = 730;

    public Failure? Validate() =>
        !CountryRule().IsMatch(CountryCode) ? Failure.Invalid(nameof(CountryCode), "takes 1 to 4 digits, the first of them not 0")
        : !PrefixRule().IsMatch(NationalPrefix) ? Failure.Invalid(nameof(NationalPrefix), "takes up to 4 digits, or nothing")
        : Range(nameof(RegistryValidDays), RegistryValidDays, 1, 366) ?? Range(nameof(EvidenceDays), EvidenceDays, 1, 36_500);

    /// <summary>A number's canonical spelling in this country; empty where the text has no digit.</summary>
    public string Canonical(string number) => CanonicalNumber.Of(number, CountryCode, NationalPrefix);

    private static Failure? Range(string field, int value, int least, int most) =>
        value >= least && value <= most ? null : Failure.Invalid(field, $"takes a number from {least} to {most}");

    [GeneratedRegex(@"\A[1-9][0-9]{0,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CountryRule();

    [GeneratedRegex(@"\A[0-9]{0,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixRule();
}
