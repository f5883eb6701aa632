// dotnet run -c Release --project tests/Expand.Benchmarks -- NAME [OPTION …]
var benchmarks = new Dictionary<string, Func<string[], int>>(StringComparer.Ordinal) { ["dialer"] = Expand.Benchmarks.Dialer.DialerBenchmark.Run };

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var run)) return run(args[1..]);
Console.Error.WriteLine($"benchmarks: {string.Join(", ", benchmarks.Keys)}");
return 2;
