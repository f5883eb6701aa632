using Expand.Benchmarks.Harness;

namespace Expand.Benchmarks.Originate;

/// <summary>Which part uses how much processor time for a call that is made over SOAP and asked for until its end.</summary>
internal sealed class PartsOfACall(int server, int postgres, int asterisk)
{
    private readonly List<double> ofServer = [];
    private readonly List<double> ofPostgres = [];
    private readonly List<double> ofAsterisk = [];

    /// <summary>Measures a passage that answers its calls a second.</summary>
    public async Task<double> MeasureAsync(Func<Task<double>> calls, TimeSpan time)
    {
        var (before, sql, pbx) = (ProcessorTime.Of(server), ProcessorTime.OfFamily(postgres), ProcessorTime.Of(asterisk));
        var rate = await calls();
        var made = rate * time.TotalSeconds;
        ofServer.Add((ProcessorTime.Of(server) - before) * 1000 / made);
        ofPostgres.Add((ProcessorTime.OfFamily(postgres) - sql) * 1000 / made);
        ofAsterisk.Add((ProcessorTime.Of(asterisk) - pbx) * 1000 / made);
        return rate;
    }

    /// <summary>Their medians.</summary>
    public IEnumerable<Figure> Figures() =>
    [
        new("processor time of a call: server", Pairs.Median(ofServer), "ms", Better.Lower),
        new("processor time of a call: PostgreSQL", Pairs.Median(ofPostgres), "ms", Better.Lower),
        new("processor time of a call: Asterisk", Pairs.Median(ofAsterisk), "ms", Better.Lower),
    ];
}
