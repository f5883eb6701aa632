namespace Expand.Benchmarks.Harness;

/// <summary>One command: <c>./bench NAME [OPTION …]</c>.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called by.</summary>
    string Name { get; }

    /// <summary>What it measures, in a line.</summary>
    string Tells { get; }

    /// <summary>Measures. What goes on is told on standard error; what was found is the answer.</summary>
    /// <param name="options">What follows the name on the command line.</param>
    /// <param name="ct">Ctrl-C: ends what was started.</param>
    /// <exception cref="ArgumentException">An option is none.</exception>
    Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct);
}
