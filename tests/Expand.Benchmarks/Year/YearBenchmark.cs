using System.Globalization;
using Expand.Benchmarks.Harness;

namespace Expand.Benchmarks.Year;

/// <summary>
/// Makes the year that the reports are measured on: <c>./bench year [--scale S] [--days N]</c>, anew where it is there already. It measures how long that takes
/// and promises nothing.
/// </summary>
internal sealed class YearBenchmark : IBenchmark
{
    /// <inheritdoc />
    public string Name => "year";

    /// <inheritdoc />
    public string Tells => "makes the year of a large centre: 10 million calls, 30 million activities [--scale S] [--days N]";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        var (scale, days) = Read(options);
        await using var postgres = await BenchPostgres.StartAsync(ct);
        (string Rows, string Md5, double SumsSeconds) made = default;
        var seconds = await Pairs.SecondsAsync(
            async token => made = await YearData.MakeAsync(postgres, scale, days, token), ct);
        return
        [
            new Figure("made in", seconds, "s", Better.Lower, Detail: $"{made.Rows}; md5 {made.Md5}"),
            new Figure("of that the sums of agents' days", made.SumsSeconds, "s", Better.Lower,
                Detail: string.Create(CultureInfo.InvariantCulture, $"{1000 * made.SumsSeconds / days:N0} ms a day of calls")),
        ];
    }

    private static (double Scale, int Days) Read(string[] options)
    {
        var (scale, days) = (1.0, YearOfCalls.Days);
        for (var i = 0; i < options.Length; i += 2)
        {
            var value = i + 1 < options.Length ? options[i + 1] : "";
            var good = options[i] switch
            {
                "--scale" => double.TryParse(value, CultureInfo.InvariantCulture, out scale) && scale is > 0 and <= 10,
                "--days" => int.TryParse(value, CultureInfo.InvariantCulture, out days) && days is > 0 and <= YearOfCalls.Days,
                _ => false,
            };
            if (!good) throw new ArgumentException("year [--scale S] [--days N]: S is above 0 and at most 10, N is 1 to 365");
        }

        return (scale, days);
    }
}
