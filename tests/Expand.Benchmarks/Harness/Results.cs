using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Expand.Benchmarks.Harness;

/// <summary>
/// What benchmarks found: the last run of each in <c>.bench/results</c>, and in <c>tests/Expand.Benchmarks/Kept</c> the run that later ones are
/// compared with.
/// </summary>
internal static class Results
{
    /// <summary>By which part a figure must be worse than the kept one for it to be told as a regression.</summary>
    private const double Tolerance = 0.2;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private static string Last => BenchFolder.Of("results");

    private static string Kept => Path.Combine(BenchFolder.Checkout, "tests", "Expand.Benchmarks", "Kept");

    /// <summary>Writes the run down.</summary>
    public static void Write(string benchmark, IReadOnlyList<Figure> figures)
    {
        Directory.CreateDirectory(Last);
        File.WriteAllText(Path.Combine(Last, benchmark + ".json"), JsonSerializer.Serialize(figures, Json) + "\n");
    }

    /// <summary>Keeps the last run of each of these benchmarks for comparison.</summary>
    public static void Keep(IEnumerable<string> benchmarks)
    {
        Directory.CreateDirectory(Kept);
        foreach (var benchmark in benchmarks) File.Copy(Path.Combine(Last, benchmark + ".json"), Path.Combine(Kept, benchmark + ".json"), overwrite: true);
    }

    /// <summary>A table in Markdown, as docs/benchmarks.md has it.</summary>
    public static string Table(IReadOnlyList<Figure> figures)
    {
        var rows = figures.Select(f => string.Create(CultureInfo.InvariantCulture,
            $"| {f.Name} | {f.Against} | {Amount(f.Value, f.Unit)}{(f.Holds ? "" : " ✗")} | {Promise(f)} | {f.Detail} |"));
        return string.Join('\n', ["| figure | against | measured | at least / at most | made of |", "| --- | --- | --- | --- | --- |", .. rows]);
    }

    /// <summary>Tells how the last runs differ from the kept ones; true where nothing is worse by more than the tolerance.</summary>
    public static bool Compare(IReadOnlyList<string> benchmarks, TextWriter output)
    {
        var good = true;
        foreach (var benchmark in benchmarks)
        {
            var (now, before) = (Read(Last, benchmark), Read(Kept, benchmark));
            if (now is null) output.WriteLine($"{benchmark}: not run here (./bench {benchmark})");
            else if (before is null) output.WriteLine($"{benchmark}: none is kept (./bench --keep {benchmark})");
            else good &= Compare(benchmark, now, before, output);
        }

        return good;
    }

    private static bool Compare(string benchmark, IReadOnlyList<Figure> now, IReadOnlyList<Figure> before, TextWriter output)
    {
        var good = true;
        foreach (var earlier in before.Where(f => f.IsComparable))
        {
            if (now.FirstOrDefault(f => f.Name == earlier.Name) is not { } figure)
            {
                output.WriteLine($"GONE {benchmark}: {earlier.Name}");
                good = false;
                continue;
            }

            var worse = figure.WorseThan(earlier);
            good &= worse <= Tolerance;
            var word = worse > Tolerance ? "WORSE" : worse < -Tolerance ? "better" : "alike";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{word,-6} {benchmark}: {figure.Name}: {Amount(figure.Value, figure.Unit)}, was {Amount(earlier.Value, earlier.Unit)} ({-worse:+0 %;-0 %;0 %})"));
        }

        return good;
    }

    private static List<Figure>? Read(string folder, string benchmark)
    {
        var file = Path.Combine(folder, benchmark + ".json");
        return File.Exists(file) ? JsonSerializer.Deserialize<List<Figure>>(File.ReadAllText(file), Json) : null;
    }

    private static string Promise(Figure figure) =>
        figure.Limit is not { } limit ? "" : $"{(figure.Better == Better.Lower ? "≤" : "≥")} {Amount(limit, figure.Unit)}";

    private static string Amount(double value, string unit) => $"{Pairs.Short(value)} {unit}".TrimEnd();
}
