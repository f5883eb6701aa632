// ./bench                        the benchmarks
// ./bench NAME [OPTION …]        one of them; ends with 1 where a figure is not what is promised
// ./bench all                    each of them
// ./bench --compare [NAME …]     the last runs against the kept ones; ends with 1 where one is worse by more than 20 %
// ./bench --keep NAME …          keeps the last runs, to be compared with
using System.Runtime.InteropServices;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Peers;
using Expand.TestKit;

// Whatever is one, is one: a benchmark is added by writing it.
IBenchmark[] benchmarks =
[
    .. typeof(IBenchmark).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IBenchmark)))
        .Select(t => (IBenchmark)Activator.CreateInstance(t)!).OrderBy(b => b.Name, StringComparer.Ordinal),
];
ServerProcess.LivesLong = true;
using var ending = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ending.Cancel();
};
// What it started is ended by it.
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    ending.Cancel();
});
return args switch
{
    // Not for people: a benchmark runs its peers as processes of their own.
    ["--peer", var kind, var port, .. var more] => await PeerPrograms.ServeAsync(kind, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), more),
    ["--compare", .. var names] => Results.Compare(names.Length > 0 ? names : [.. benchmarks.Select(b => b.Name)], Console.Out) ? 0 : 1,
    ["--keep", .. { Length: > 0 } names] => Keep(names),
    ["all"] => await AllAsync(),
    [var name, .. var options] when benchmarks.FirstOrDefault(b => b.Name == name) is { } benchmark => await RunAsync(benchmark, options),
    _ => List(),
};

int List()
{
    foreach (var benchmark in benchmarks) Console.WriteLine($"{benchmark.Name,-12} {benchmark.Tells}");
    return args.Length == 0 ? 0 : 2;
}

static int Keep(string[] names)
{
    Results.Keep(names);
    return 0;
}

async Task<int> AllAsync()
{
    var worst = 0;
    foreach (var benchmark in benchmarks) worst = Math.Max(worst, await RunAsync(benchmark, []));
    return worst;
}

async Task<int> RunAsync(IBenchmark benchmark, string[] options)
{
    Console.WriteLine($"## {benchmark.Name}: {benchmark.Tells}");
    try
    {
        var figures = await benchmark.RunAsync(options, ending.Token);
        Results.Write(benchmark.Name, figures);
        Console.WriteLine(Results.Table(figures));
        return figures.All(f => f.Holds) ? 0 : 1;
    }
    catch (ArgumentException wrong)
    {
        Console.Error.WriteLine(wrong.Message);
        return 2;
    }
    catch (OperationCanceledException) when (ending.IsCancellationRequested)
    {
        return 130;
    }
}
