using System.Globalization;

namespace Expand.Simulator.Queues;

/// <summary>Where members are kept over a start of the process, as Asterisk keeps them in its astdb: a line a member,
/// <c>queue;interface;name;penalty;paused;reason</c>.</summary>
internal sealed class MembersFile(string? path)
{
    /// <summary>What was kept, or null when nothing ever was.</summary>
    public IReadOnlyList<(string Queue, QueueMember Member)>? Read()
    {
        if (path is null || !File.Exists(path)) return null;
        var members = new List<(string, QueueMember)>();
        foreach (var line in File.ReadLines(path))
        {
            var parts = line.Split(';', 6);
            if (parts.Length < 6) continue;
            members.Add((parts[0], new QueueMember(parts[1], parts[2], int.Parse(parts[3], CultureInfo.InvariantCulture))
            {
                Paused = parts[4] == "1",
                Reason = parts[5],
            }));
        }
        return members;
    }

    public void Write(IEnumerable<(string Queue, QueueMember Member)> members)
    {
        if (path is null) return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        var lines = members.Select(m => string.Create(CultureInfo.InvariantCulture,
            $"{m.Queue};{m.Member.Interface};{m.Member.Name};{m.Member.Penalty};{(m.Member.Paused ? 1 : 0)};{m.Member.Reason}"));
        var next = path + ".new";
        File.WriteAllLines(next, lines);
        File.Move(next, path, overwrite: true);
    }
}
