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

    [Fact]
    public void A_compressed_file_of_the_past_is_no_log()
    {
        File.WriteAllText(log.Path + ".1.gz", "not text\n");
        log.Append("one\n");
        using var tail = new LogTail(log.Path);
        Assert.Equal(["one"], LogFolder.ReadAll(tail));
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
    }

    [Fact]
    public void Whatever_is_appended_rotated_restarted_and_read_in_any_order_every_line_is_read_once_and_in_order()
    {
        var steps = Gen.Frequency(
            (6, Gen.Const(Step.Append)), (2, Gen.Const(Step.AppendPart)), (3, Gen.Const(Step.Read)), (3, Gen.Const(Step.ReadOnce)),
            (2, Gen.Const(Step.Rotate)), (1, Gen.Const(Step.CopyTruncate)), (2, Gen.Const(Step.Restart)));
        Gen.Select(steps.Array[1, 40], Gen.Int[0, 1000]).Sample((sequence, seed) =>
        {
            var (written, read) = Run(sequence, seed);
            return written.SequenceEqual(read);
        }, iter: 400, threads: 1);
    }

    private static (List<string> Written, List<string> Read) Run(Step[] steps, int seed)
    {
        using var log = new LogFolder();
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
                    read.AddRange(LogFolder.ReadAll(tail, at => saved = at));
                    break;
                case Step.ReadOnce when tail.Read() is { } chunk:
                    read.AddRange(LogFolder.Lines(chunk));
                    saved = chunk.Position;
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
                    tail.Seek(saved);
                    break;
            }
        }

        if (part.Length > 0) Finish();
        read.AddRange(LogFolder.ReadAll(tail));
        tail.Dispose();
        return (written, read);

        void Finish()
        {
            written.Add(part);
            log.Append(part[4..] + "\n");
            part = "";
        }
    }
}
