using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Expand.Server.Pbx;

/// <summary>One file of a log.</summary>
/// <param name="Path">Where it is now.</param>
/// <param name="Id">Hash of its first line; empty while it has none.</param>
/// <param name="WrittenAt">When it was last written.</param>
/// <param name="IsCurrent">Whether it is the one that is written now, and not a rotated one.</param>
internal sealed record LogFile(string Path, string Id, DateTimeOffset WrittenAt, bool IsCurrent);

/// <summary>A log's files: the one that is written now and the rotated ones beside it, in the order they were written.</summary>
internal sealed partial class LogFiles(string path)
{
    private const int MaxLine = 16 * 1024 * 1024;
    private readonly Dictionary<(long Length, ulong Trailer), string> compressed = [];
    private readonly HashSet<string> unreadable = [];

    /// <summary>Raised once for each rotated file that may not be read, with the reason: it is left out.</summary>
    public event Action<string>? Unreadable;

    /// <summary>Oldest first. Where a file and its compressed copy are both there, the copy may be half written: only the file counts.</summary>
    /// <exception cref="IOException">The files are renamed faster than they can be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">The one that is written now may not be read.</exception>
    public List<LogFile> List()
    {
        var full = Path.GetFullPath(path);
        var folder = new DirectoryInfo(Path.GetDirectoryName(full)!);
        if (!folder.Exists) return [];
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var rotated = Rotated(folder, full);
            var files = rotated.Order(new RotationOrder(Path.GetFileName(full), rotated))
                .Select(file => new LogFile(file.FullName, Identify(file), file.LastWriteTimeUtc, false)).ToList();
            var current = new FileInfo(full);
            if (current.Exists) files.Add(new LogFile(full, FirstLine(full), current.LastWriteTimeUtc, true));
            // A rotation while we looked would hide a file from us.
            if (!Rotated(folder, full).Select(Seen).SequenceEqual(rotated.Select(Seen))) continue;
            var plain = files.Where(file => !LogSource.IsCompressed(file.Path)).Select(file => file.Id).ToHashSet();
            files.RemoveAll(file => LogSource.IsCompressed(file.Path) && plain.Contains(file.Id));
            return files;
        }

        throw new IOException($"the files of {path} do not hold still");
    }

    /// <summary>Hash of a file's first line, empty while it has none or is gone.</summary>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string FirstLine(string file)
    {
        try
        {
            using var source = LogSource.Open(file);
            return FirstLine(source);
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Hash of a file's first line, empty while it has none.</summary>
    public static string FirstLine(LogSource source)
    {
        for (var size = 4 * 1024; ; size *= 8)
        {
            var buffer = new byte[size];
            var read = source.Fill(buffer, 0);
            var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            if (end >= 0) return Convert.ToHexStringLower(SHA256.HashData(buffer.AsSpan(0, end)).AsSpan(0, 16));
            if (read < size || size > MaxLine) return "";
        }
    }

    private static List<FileInfo> Rotated(DirectoryInfo folder, string full) =>
    [
        .. folder.EnumerateFiles(Path.GetFileName(full) + "*")
            .Where(file => file.FullName != full && !OtherCompression().IsMatch(file.Name) && file.Exists).OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    private static (string Name, long Length, DateTime WrittenAt) Seen(FileInfo file) => (file.Name, file.Length, file.LastWriteTimeUtc);

    /// <summary>One that only root may read is no reason to read none.</summary>
    private string Identify(FileInfo file)
    {
        try
        {
            return IdentityOf(file);
        }
        catch (UnauthorizedAccessException refused)
        {
            if (unreadable.Add(file.FullName)) Unreadable?.Invoke(refused.Message);
            return "";
        }
    }

    /// <summary>A compressed file, known by its length and gzip's checksum at its end, is not unpacked each time that somebody looks.</summary>
    private string IdentityOf(FileInfo file)
    {
        if (!LogSource.IsCompressed(file.Name)) return FirstLine(file.FullName);
        if (LogSource.Trailer(file.FullName) is not { } trailer) return "";
        if (!compressed.TryGetValue((file.Length, trailer), out var id)) compressed[(file.Length, trailer)] = id = FirstLine(file.FullName);
        return id;
    }

    [GeneratedRegex(@"\.(bz2|xz|lzma|zst|lz4|Z|zip)$")]
    private static partial Regex OtherCompression();

    /// <summary>
    /// By the time of the last write; files of equal times by name, whose sense depends on who rotates: a date or a time grows
    /// (<c>queue_log.1795370003</c>, <c>-20261123</c>); a number grows with Asterisk's <c>sequential</c>, which begins with 0, and sinks
    /// with logrotate and Asterisk's <c>rotate</c>. The files whose times differ tell which; where none do, a 0 speaks for Asterisk.
    /// </summary>
    internal sealed partial class RotationOrder : IComparer<FileInfo>
    {
        private readonly string current;
        private readonly bool newestIsFirst;

        public RotationOrder(string current, IReadOnlyCollection<FileInfo> files)
        {
            this.current = current;
            var numbered = files.Select(file => (file.LastWriteTimeUtc, Number: Number(file.Name))).Where(file => file.Number is { Length: <= 5 })
                .Select(file => (file.LastWriteTimeUtc, Number: int.Parse(file.Number!, CultureInfo.InvariantCulture))).OrderBy(file => file.Number).ToList();
            var growing = numbered.Zip(numbered.Skip(1), (one, next) => next.LastWriteTimeUtc.CompareTo(one.LastWriteTimeUtc)).Sum(Math.Sign);
            newestIsFirst = growing < 0 || (growing == 0 && !numbered.Exists(file => file.Number == 0));
        }

        public int Compare(FileInfo? x, FileInfo? y)
        {
            if (x!.LastWriteTimeUtc.CompareTo(y!.LastWriteTimeUtc) is var time and not 0) return time;
            var (one, other) = (Number(x.Name), Number(y.Name));
            if (one is null || other is null) return (one is null).CompareTo(other is null) is var known and not 0 ? known : string.CompareOrdinal(x.Name, y.Name);
            var order = one.Length != other.Length ? one.Length.CompareTo(other.Length) : string.CompareOrdinal(one, other);
            if (order == 0) return string.CompareOrdinal(x.Name, y.Name);
            return newestIsFirst && one.Length <= 5 && other.Length <= 5 ? -order : order;
        }

        /// <summary>The digits that rotation added to the name, without leading zeros; null where it is named otherwise.</summary>
        private string? Number(string name) =>
            Suffix().Match(name[current.Length..]) is { Success: true } match ? match.Groups[1].Value.TrimStart('0') is { Length: > 0 } digits ? digits : "0" : null;

        [GeneratedRegex(@"^[.-]([0-9]+)(\.gz)?$")]
        private static partial Regex Suffix();
    }
}
