using System.Globalization;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.Recordings;

/// <summary>Where recordings are and how long they are kept, section <c>Recordings</c>.</summary>
internal sealed record RecordingSettings : ISettingsSection
{
    /// <summary>Bitrates that MP3 has at the sampling rate of telephones, in kbit/s.</summary>
    public static readonly int[] Bitrates = [16, 24, 32, 40, 48, 56, 64];

    private const int LongestPath = 500;
    private const int MostDays = 36_500;

    public static string Section => "Recordings";

    /// <summary>Where Asterisk writes (its monitor folder), as this server sees it; it may be read-only. Empty: there are no recordings.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Where the MP3 copies are kept; empty: <c>recordings</c> in the data folder.</summary>
    public string Mp3Folder { get; init; } = "";

    /// <summary>After how many days a recording is deleted; null: never.</summary>
    public int? KeepDays { get; init; }

    /// <summary>Of the MP3 copies, in kbit/s.</summary>
    public int Mp3Bitrate { get; init; } = 32;

    public Failure? Validate()
    {
        if (WrongPath(Folder) is { } folder) return Failure.Invalid(nameof(Folder), folder);
        if (WrongPath(Mp3Folder) is { } copies) return Failure.Invalid(nameof(Mp3Folder), copies);
        if (KeepDays is < 1 or > MostDays) return Failure.Invalid(nameof(KeepDays), string.Create(CultureInfo.InvariantCulture, $"takes 1 to {MostDays} days, or none for ever"));
        return Bitrates.Contains(Mp3Bitrate) ? null : Failure.Invalid(nameof(Mp3Bitrate), $"takes one of {string.Join(", ", Bitrates)}");
    }

    private static string? WrongPath(string path) =>
        path.Length == 0 ? null
        : path.Length > LongestPath || !PlainText.Holds(path) ? $"is a path of {LongestPath} characters at most, without control characters"
        : !Path.IsPathFullyQualified(path) || Path.GetFullPath(path) == Path.GetPathRoot(path) ? "must be the full path of a folder, such as /var/spool/asterisk/monitor"
        : null;
}
