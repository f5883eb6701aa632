using System.Globalization;
using CsCheck;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Pbx;

public sealed class LogTailTests : IDisposable
{
    private readonly LogFolder log = new();

    public void Dispose() => log.Dispose();

    [Fact]
    public void Lines_are_read_as_they_are_appended_and_a_line_that_is_half_written_waits_for_its_end()
    {
        using var tail = new LogTail(log.Path);
        log.Append("one\ntwo\nthr");
        Assert.Equal(["one", "two"], LogFolder.ReadAll(tail));
        Assert.Null(tail.Read());
        log.Append("ee\n");
        Assert.Equal(["three"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void A_file_that_appears_later_is_read_from_its_beginning()
    {
        using var tail = new LogTail(log.Path);
        Assert.Null(tail.Read());
        log.Append("one\n");
        Assert.Equal(["one"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void A_folder_that_is_missing_is_waited_for()
    {
        using var tail = new LogTail(Path.Combine(log.Path + "-nowhere", "cdr.csv"));
        Assert.Null(tail.Read());
    }

    [Fact]
    public void A_renamed_file_is_finished_before_the_new_one_is_begun()
    {
        using var tail = new LogTail(log.Path);
        log.Append("one\n");
        Assert.Equal(["one"], LogFolder.ReadAll(tail));
        log.Append("two\n");
        log.Rotate();
        Assert.Equal(["two"], LogFolder.ReadAll(tail));
        log.Append("three\n");
        Assert.Equal(["three"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void What_was_written_before_a_copy_and_truncate_is_read_from_the_copy()
    {
        using var tail = new LogTail(log.Path);
        log.Append("one\n");
        Assert.Equal(["one"], LogFolder.ReadAll(tail));
        log.Append("two\n");
        log.CopyTruncate();
        log.Append("three\n");
        Assert.Equal(["two", "three"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void A_truncated_file_that_has_grown_past_the_old_position_is_read_from_its_beginning()
    {
        using var tail = new LogTail(log.Path);
        log.Append("one\n");
        Assert.Equal(["one"], LogFolder.ReadAll(tail));
        log.CopyTruncate();
        log.Append("a much longer first line\nand a second\n");
        Assert.Equal(["a much longer first line", "and a second"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void Rotations_while_nobody_read_are_read_in_the_order_they_were_written()
    {
        var saved = new TailPosition("", 0);
        using (var tail = new LogTail(log.Path))
        {
            log.Append("one\n");
            LogFolder.ReadAll(tail, at => saved = at);
        }

        log.Append("two\n");
        log.Rotate();
        log.Append("three\n");
        log.Rotate();
        log.Append("four\n");
        using var later = new LogTail(log.Path);
        later.Seek(saved);
        Assert.Equal(["two", "three", "four"], LogFolder.ReadAll(later));
    }

    [Fact]
    public void A_restart_at_a_saved_position_goes_on_there()
    {
        var saved = new TailPosition("", 0);
        log.Append("one\ntwo\n");
        using (var tail = new LogTail(log.Path)) LogFolder.ReadAll(tail, at => saved = at);
        log.Append("three\n");
        using var later = new LogTail(log.Path);
        later.Seek(saved);
        Assert.Equal(["three"], LogFolder.ReadAll(later));
    }

    [Fact]
    public void Lines_longer_than_a_chunk_come_whole()
    {
        using var tail = new LogTail(log.Path);
        var huge = new string('x', 700_000);
        log.Append($"first\n{huge}\nlast\n");
        Assert.Equal(["first", huge, "last"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void What_was_written_in_a_long_absence_comes_in_few_chunks_and_each_line_once()
    {
        using var tail = new LogTail(log.Path);
        var lines = Enumerable.Range(0, 120_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"line {i} of a file that is longer than what is taken at once")).ToList();
        log.Append(string.Join('\n', lines) + "\n");
        var read = new List<string>();
        var chunks = 0;
        while (tail.Read() is { } chunk)
        {
            chunks++;
            Assert.InRange(chunk.Lines.Length, 1, 4 * 1024 * 1024);
            read.AddRange(System.Text.Encoding.UTF8.GetString(chunk.Lines.Span).TrimEnd('\n').Split('\n'));
        }

        Assert.Equal(lines, read);
        Assert.Equal(2, chunks);
        log.Append("after\n");
        Assert.Equal(["after"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void A_file_whose_first_line_is_very_long_is_read_all_the_same()
    {
        using var tail = new LogTail(log.Path);
        var huge = new string('x', 100_000);
        log.Append($"{huge}\nlast\n");
        Assert.Equal([huge, "last"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void A_file_that_is_gone_is_told_of_and_what_is_there_is_read()
    {
        var saved = new TailPosition("", 0);
        log.Append("one\n");
        using (var tail = new LogTail(log.Path)) LogFolder.ReadAll(tail, at => saved = at);
        File.Delete(log.Path);
        log.Append("other\n");
        using var later = new LogTail(log.Path);
        var gone = new List<TailPosition>();
        later.FileGone += gone.Add;
        later.Seek(saved);
        Assert.Equal(["other"], LogFolder.ReadAll(later));
        Assert.Equal([saved], gone);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rotated_file_that_may_not_be_read_is_told_of_once_and_the_others_are_read(bool compressed)
    {
        log.Append("secret\n");
        log.Rotate();
        if (compressed) log.Compress();
        log.Append("rotated\n");
        log.Rotate();
        log.Append("current\n");
        File.SetUnixFileMode(log.Rotated[0], UnixFileMode.None);
        File.SetUnixFileMode(Path.GetDirectoryName(log.Path)!, (UnixFileMode)0b111_101_101);
        using var tail = new LogTail(log.Path);
        var told = new List<string>();
        tail.FileUnreadable += told.Add;
        using (new AsNobody())
        {
            Assert.Equal(["rotated", "current"], LogFolder.ReadAll(tail));
            Assert.Empty(LogFolder.ReadAll(tail));
        }

        Assert.Contains(log.Rotated[0], Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_may_not_be_read_itself_is_an_error_and_not_an_empty_one()
    {
        log.Append("secret\n");
        File.SetUnixFileMode(log.Path, UnixFileMode.None);
        File.SetUnixFileMode(Path.GetDirectoryName(log.Path)!, (UnixFileMode)0b111_101_101);
        using var tail = new LogTail(log.Path);
        using (new AsNobody()) Assert.Throws<UnauthorizedAccessException>(tail.Read);
    }

    [Fact]
    public void What_is_named_gz_and_is_not_or_is_broken_or_compressed_otherwise_is_no_log()
    {
        File.WriteAllText(log.Path + ".1.gz", "not text\n");
        File.WriteAllBytes(log.Path + ".2.gz", [0x1f, 0x8b, 8, 0, 0]);
        File.WriteAllText(log.Path + ".3.xz", "not text\n");
        log.Append("one\n");
        using var tail = new LogTail(log.Path);
        Assert.Equal(["one"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void A_file_that_was_compressed_meanwhile_is_read_on_where_we_stood()
    {
        var saved = new TailPosition("", 0);
        log.Append("one\n");
        using (var tail = new LogTail(log.Path)) LogFolder.ReadAll(tail, at => saved = at);
        // Larger than one chunk, so that lines fall across the edges of what is unpacked at a time.
        var rest = Enumerable.Range(0, 60_000).Select(i => $"line {i} of many").ToList();
        log.Append(string.Concat(rest.Select(line => line + "\n")));
        log.Rotate();
        log.Compress();
        log.Append("last\n");
        using var later = new LogTail(log.Path);
        later.Seek(saved);
        Assert.Equal([.. rest, "last"], LogFolder.ReadAll(later));
    }

    [Fact]
    public void While_gzip_writes_the_plain_file_is_the_one_that_counts()
    {
        log.Append("one\n");
        log.Rotate();
        log.Append("two\n");
        var packed = new FileStream(log.Rotated[0] + ".gz", FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        using (var half = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            half.Write("one\n"u8);
            half.Flush();
            using var tail = new LogTail(log.Path);
            Assert.Equal(["one", "two"], LogFolder.ReadAll(tail));
        }
    }

    [Fact]
    public void A_file_that_was_read_and_comes_back_under_another_name_brings_no_line_again()
    {
        using var tail = new LogTail(log.Path);
        log.Append("one\n");
        Assert.Equal(["one"], LogFolder.ReadAll(tail));
        var backup = File.ReadAllBytes(log.Path);
        log.Rotate();
        log.Append("two\n");
        Assert.Equal(["two"], LogFolder.ReadAll(tail));
        File.Delete(log.Rotated[0]);
        log.Rotate();
        // Newer by its time than all that is there.
        File.WriteAllBytes(log.Path + ".9", backup);
        log.Append("three\n");
        Assert.Equal(["three"], LogFolder.ReadAll(tail));
    }

    [Fact]
    public void Where_retention_took_the_file_that_was_read_older_ones_are_not_read_and_newer_ones_are()
    {
        var marks = new Dictionary<string, FileMark>();
        var saved = new TailPosition("", 0);
        // Older than ours, and never read: the feed began with the next one.
        log.Append("before our time\n");
        log.Rotate();
        var hidden = File.ReadAllBytes(log.Rotated[0]);
        var time = File.GetLastWriteTimeUtc(log.Rotated[0]);
        log.DeleteOldest();
        log.Append("one\n");
        using (var tail = new LogTail(log.Path))
        {
            LogFolder.ReadAll(tail, chunk =>
            {
                saved = chunk.Position;
                marks[saved.File] = new FileMark(saved.Offset, chunk.WrittenAt);
            });
        }

        log.Rotate();
        log.DeleteOldest();
        log.Append("two\n");
        log.Rotate();
        log.Append("three\n");
        File.WriteAllBytes(log.Path + ".old", hidden);
        File.SetLastWriteTimeUtc(log.Path + ".old", time);
        using var later = new LogTail(log.Path);
        later.Seek(saved, marks);
        Assert.Equal(["two", "three"], LogFolder.ReadAll(later));
    }

    [Fact]
    public void A_copy_of_what_was_read_hides_nothing_that_was_written_before_the_copy_was_made()
    {
        var saved = new TailPosition("", 0);
        var marks = new Dictionary<string, FileMark>();
        log.Append("one\n");
        using (var tail = new LogTail(log.Path))
        {
            LogFolder.ReadAll(tail, chunk =>
            {
                saved = chunk.Position;
                marks[saved.File] = new FileMark(saved.Offset, chunk.WrittenAt);
            });
        }

        log.Rotate();
        log.Append("two\n");
        log.Rotate();
        log.Append("three\n");
        // As new as can be.
        File.WriteAllBytes(log.Path + ".copy", File.ReadAllBytes(log.Rotated[0]));
        log.DeleteOldest();
        using var later = new LogTail(log.Path);
        later.Seek(saved, marks);
        Assert.Equal(["two", "three"], LogFolder.ReadAll(later));
    }

    [Theory]
    [InlineData("log.0 log.1 log.2", "log.0 log.1 log.2")]
    [InlineData("log.1 log.2 log.10", "log.10 log.2 log.1")]
    [InlineData("log.1 log.2.gz log.10.gz", "log.10.gz log.2.gz log.1")]
    [InlineData("log.1795370003 log.1795370001 log.999999999", "log.999999999 log.1795370001 log.1795370003")]
    [InlineData("log-20261123 log-20261122.gz", "log-20261122.gz log-20261123")]
    // The files whose times differ tell in which sense the numbers go.
    [InlineData("log.1 log.2 log.3@1", "log.1 log.2 log.3@1")]
    [InlineData("log.0@1 log.1 log.2", "log.2 log.1 log.0@1")]
    public void Rotated_files_of_the_same_time_are_ordered_by_who_names_them_so(string files, string expected)
    {
        using var folder = new LogFolder();
        var directory = Path.GetDirectoryName(folder.Path)!;
        var infos = files.Split(' ').Select(name =>
        {
            var file = Path.Combine(directory, name.Split('@')[0]);
            File.WriteAllText(file, "");
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 11, 23, 0, 0, name.Contains('@', StringComparison.Ordinal) ? 1 : 0, DateTimeKind.Utc));
            return new FileInfo(file);
        }).ToList();
        var ordered = infos.Order(new LogFiles.RotationOrder("log", infos)).Select(info => info.Name);
        Assert.Equal(expected.Split(' ').Select(name => name.Split('@')[0]), ordered);
    }

    /// <summary>What may happen to a log and its reader.</summary>
    private enum Step
    {
        Append,
        AppendPart,
        Read,
        ReadOnce,
        Rotate,
        CopyTruncate,
        Restart,
        Compress,
        DeleteOldest,
        Backup,
    }

    [Fact]
    public void Whatever_is_appended_rotated_restarted_and_read_in_any_order_every_line_is_read_once_and_in_order()
    {
        var steps = Gen.Frequency(
            (6, Gen.Const(Step.Append)), (2, Gen.Const(Step.AppendPart)), (3, Gen.Const(Step.Read)), (3, Gen.Const(Step.ReadOnce)),
            (2, Gen.Const(Step.Rotate)), (1, Gen.Const(Step.CopyTruncate)), (2, Gen.Const(Step.Restart)),
            (2, Gen.Const(Step.Compress)), (2, Gen.Const(Step.DeleteOldest)), (1, Gen.Const(Step.Backup)));
        Gen.Select(steps.Array[1, 50], Gen.Int[0, 1000], Gen.Enum<LogFolder.Names>(), Gen.Bool).Sample((sequence, seed, names, coarse) =>
        {
            // Where times do not tell, growing numbers alone do not either once the 0 is gone.
            var (written, read) = Run(sequence, seed, names, coarse && names is (LogFolder.Names.Shifted or LogFolder.Names.Seconds));
            return written.SequenceEqual(read);
        }, iter: 600, threads: 1);
    }

    private static (List<string> Written, List<string> Read) Run(Step[] steps, int seed, LogFolder.Names names, bool coarse)
    {
        using var log = new LogFolder(names, coarse);
        var marks = new Dictionary<string, FileMark>();
        var (written, read) = (new List<string>(), new List<string>());
        var tail = new LogTail(log.Path);
        var saved = new TailPosition("", 0);
        var part = "";
        foreach (var step in steps)
        {
            // A line is written whole, or in two pieces with no rotation between them.
            var line = string.Create(CultureInfo.InvariantCulture, $"line {written.Count} {new string('x', (seed + (written.Count * 7)) % 50)}");
            switch (step)
            {
                case Step.Append or Step.Rotate or Step.CopyTruncate when part.Length > 0:
                    Finish();
                    break;
                case Step.Append:
                    written.Add(line);
                    log.Append(line + "\n");
                    break;
                case Step.AppendPart when part.Length == 0:
                    part = line;
                    log.Append(line[..4]);
                    break;
                case Step.Read:
                    read.AddRange(LogFolder.ReadAll(tail, Save));
                    break;
                case Step.ReadOnce when tail.Read() is { } chunk:
                    read.AddRange(LogFolder.Lines(chunk));
                    Save(chunk);
                    break;
                case Step.Rotate:
                    log.Rotate();
                    break;
                case Step.CopyTruncate:
                    log.CopyTruncate();
                    break;
                case Step.Restart:
                    tail.Dispose();
                    tail = new LogTail(log.Path);
                    tail.Seek(saved, marks);
                    break;
                case Step.Compress:
                    log.Compress();
                    break;
                case Step.DeleteOldest when part.Length == 0:
                    // Retention takes what was read long ago.
                    read.AddRange(LogFolder.ReadAll(tail, Save));
                    log.DeleteOldest();
                    break;
                case Step.Backup when log.Rotated.Count > 0 && marks.ContainsKey(LogFiles.FirstLine(log.Rotated[0])):
                    // A copy of what was read lies about, under a name that no order knows and as new as can be.
                    var copy = log.Path + ".copy" + (log.Rotated[0].EndsWith(".gz", StringComparison.Ordinal) ? ".gz" : "");
                    read.AddRange(LogFolder.ReadAll(tail, Save));
                    File.Copy(log.Rotated[0], copy, overwrite: true);
                    break;
            }
        }

        if (part.Length > 0) Finish();
        read.AddRange(LogFolder.ReadAll(tail));
        tail.Dispose();
        return (written, read);

        void Save(TailChunk chunk)
        {
            saved = chunk.Position;
            marks[saved.File] = new FileMark(saved.Offset, chunk.WrittenAt);
        }

        void Finish()
        {
            written.Add(part);
            log.Append(part[4..] + "\n");
            part = "";
        }
    }
}
