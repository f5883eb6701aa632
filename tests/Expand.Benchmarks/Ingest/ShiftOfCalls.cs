using System.Globalization;
using System.Text;

namespace Expand.Benchmarks.Ingest;

/// <summary>
/// A shift as Asterisk's queue_log has it, the same each time: agents in four of 40 queues log in, take calls of two to seven minutes, miss some, pause,
/// and log out after an hour or more.
/// </summary>
internal static class ShiftOfCalls
{
    private const int Queues = 40;

    /// <summary>Writes the shift's lines, at least so many of them, and tells how many there are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="begin">When the shift begins.</param>
    /// <param name="lines">So many lines at least.</param>
    /// <param name="agents">So many agents.</param>
    /// <param name="first">The number of the first of them.</param>
    public static int Write(string path, DateTimeOffset begin, int lines, int agents, int first)
    {
        var all = new List<(long At, int Order, string Line)>();
        void Add(long at, string text) => all.Add((at, all.Count, string.Create(CultureInfo.InvariantCulture, $"{at}|{text}")));
        var start = begin.ToUnixTimeSeconds();
        var clocks = new long[agents];
        var random = new Random(1);
        for (var agent = 0; agent < agents; agent++)
        {
            clocks[agent] = start + (agent % 60);
            for (var i = 0; i < 4; i++) Add(clocks[agent], $"NONE|{QueueOf(agent, i)}|{first + agent}|ADDMEMBER|");
        }

        for (var call = 0; all.Count < lines - (4 * agents); call++)
        {
            var agent = call % agents;
            var (queue, id, at) = (QueueOf(agent, random.Next(4)), string.Create(CultureInfo.InvariantCulture, $"{clocks[agent]}.{call}"), clocks[agent]);
            var number = string.Create(CultureInfo.InvariantCulture, $"09{random.Next(10_000_000):0000000}");
            Add(at, $"{id}|{queue}|NONE|ENTERQUEUE||{number}|1");
            if (random.Next(100) < 8)
            {
                Add(at + 20, $"{id}|{queue}|NONE|ABANDON|1|1|20");
                clocks[agent] = at + 60;
                continue;
            }

            if (random.Next(100) < 20) Add(at + 15, $"{id}|{queue}|{first + agent}|RINGNOANSWER|15000");
            var talk = 20 + random.Next(190) + random.Next(190);
            Add(at + 18, $"{id}|{queue}|{first + agent}|CONNECT|18|{id}1|3");
            Add(at + 18 + talk, $"{id}|{queue}|{first + agent}|{(random.Next(2) == 0 ? "COMPLETECALLER" : "COMPLETEAGENT")}|15|{talk}|1");
            clocks[agent] = at + 30 + talk;
            if (random.Next(16) != 0) continue;
            for (var i = 0; i < 4; i++)
            {
                Add(clocks[agent], $"NONE|{QueueOf(agent, i)}|{first + agent}|PAUSE|Descanso");
                Add(clocks[agent] + 300, $"NONE|{QueueOf(agent, i)}|{first + agent}|UNPAUSE|");
            }

            clocks[agent] += 310;
        }

        var end = clocks.Max() + 1;
        for (var agent = 0; agent < agents; agent++)
        {
            for (var i = 0; i < 4; i++) Add(end, $"NONE|{QueueOf(agent, i)}|{first + agent}|REMOVEMEMBER|");
        }

        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        foreach (var (_, _, line) in all.OrderBy(l => l.At).ThenBy(l => l.Order)) file.WriteLine(line);
        return all.Count;
    }

    private static string QueueOf(int agent, int which) => string.Create(CultureInfo.InvariantCulture, $"q_{((agent * 7) + (which * 11)) % Queues:000}");
}
