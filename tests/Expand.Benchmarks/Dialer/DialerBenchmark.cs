using System.Collections.Concurrent;
using System.Globalization;
using Expand.Benchmarks.Harness;
using Expand.Dialing;

namespace Expand.Benchmarks.Dialer;

/// <summary>
/// <c>dialer [--contacts N] [--agents N] [--seed N] [--out FOLDER]</c>: a call centre in accelerated time, dialled for by the server's own planner and by
/// fixed ratios. Without a seed it runs three. Ends with 1 where predictive dialling does not keep what it promises.
/// </summary>
internal sealed class DialerBenchmark : IBenchmark
{
    public string Name => "dialer";

    public string Tells => "agents' talk share and abandoned calls, by the way a campaign is dialled; a call centre in accelerated time";

    public Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct) => Task.Run(() => Run(Options.Of(options)), ct);

    private static IReadOnlyList<Figure> Run(Options options)
    {
        var worlds = options.Seeds.Select(s => new World { Contacts = options.Contacts, Agents = options.Agents, Seed = s }).ToList();
        var results = RunAll(worlds, Ways());
        var report = new DialerReport(worlds[0], options.Seeds, results);
        var table = report.Table();
        Console.WriteLine(table);
        if (options.Out is { } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "dialer.md"), table);
            File.WriteAllText(Path.Combine(folder, "dialer-ratios.svg"), RatioPicture.Of(report));
            File.WriteAllText(Path.Combine(folder, "dialer-day.svg"), DayPicture.Of(report));
        }
        var broken = report.Broken().ToList();
        foreach (var line in broken) Console.Error.WriteLine($"BROKEN: {line}");
        var talk = DialerReport.TalkShare(report.Of(WayKind.Predictive));
        var others = report.Ratios(WayKind.PerFreeAgent).Concat(report.Ratios(WayKind.LinesPerAgent)).Where(r => r.Worst <= worlds[0].Cap).ToList();
        return
        [
            new Figure("talk share of predictive dialling", talk / others.Max(r => r.TalkShare), "×", Better.Higher, 1, "the best fixed ratio that keeps to the cap",
                string.Create(CultureInfo.InvariantCulture, $"{talk:P1} of the time")),
            new Figure("promises broken", broken.Count, "", Better.Lower, 0),
        ];
    }

    private static List<Way> Ways() =>
    [
        new(WayKind.Progressive, 1, new Planned(DialingMode.Progressive)),
        new(WayKind.Predictive, 1, new Planned(DialingMode.Predictive)),
        .. Enumerable.Range(0, 13).Select(i => 1 + (0.25 * i)).Select(r => new Way(WayKind.PerFreeAgent, r, new PerFreeAgent(r))),
        .. Enumerable.Range(0, 8).Select(i => Math.Round(1 + (0.04 * i), 2)).Select(r => new Way(WayKind.LinesPerAgent, r, new LinesPerAgent(r))),
    ];

    private static Dictionary<Way, IReadOnlyList<Ledger>> RunAll(List<World> worlds, List<Way> ways)
    {
        var runs = ways.SelectMany(way => worlds.Select((world, i) => (Way: way, World: world, Seed: i))).ToList();
        var ledgers = new Ledger[runs.Count];
        // One by one from the list, so that the slow ones, which stand first, begin first.
        Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, runs.Count), EnumerablePartitionerOptions.NoBuffering), i =>
        {
            ledgers[i] = new Centre(runs[i].World, runs[i].Way.Dialing).Run();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs[i].Way.Dialing.Name}, seed {runs[i].World.Seed}: {ledgers[i].TalkShare:P1} of the time talked"));
        });
        return ways.ToDictionary(w => w, w => (IReadOnlyList<Ledger>)[.. ledgers.Where((_, i) => runs[i].Way == w)]);
    }

    private sealed record Options(int Contacts, int Agents, IReadOnlyList<int> Seeds, string? Out)
    {
        public static Options Of(string[] args)
        {
            var options = new Options(100_000, 200, [1, 2, 3], null);
            for (var i = 0; i < args.Length; i += 2)
            {
                var value = i + 1 < args.Length ? args[i + 1] : "";
                var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
                var next = args[i] switch
                {
                    "--contacts" when isNumber => options with { Contacts = number },
                    "--agents" when isNumber => options with { Agents = number },
                    "--seed" when isNumber => options with { Seeds = [number] },
                    "--out" when value.Length > 0 => options with { Out = value },
                    _ => null,
                };
                options = next ?? throw new ArgumentException($"{args[i]} {value}: dialer [--contacts N] [--agents N] [--seed N] [--out FOLDER]");
            }
            return options;
        }
    }
}
