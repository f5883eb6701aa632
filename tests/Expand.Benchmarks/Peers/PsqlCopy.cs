using System.Diagnostics;

namespace Expand.Benchmarks.Peers;

/// <summary>The rows of a query at the least cost at which PostgreSQL hands them out: <c>psql</c>'s COPY, thrown away.</summary>
internal static class PsqlCopy
{
    /// <summary>Copies all of it.</summary>
    /// <param name="host">The folder of the cluster's socket.</param>
    /// <param name="database">Which of its databases.</param>
    /// <param name="query">What is copied.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task RunAsync(string host, string database, string query, CancellationToken ct)
    {
        using var psql = Process.Start(new ProcessStartInfo("psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", "expand", "-d", database, "-o", "/dev/null", "-c", $"copy ({query}) to stdout"])
        { RedirectStandardError = true })!;
        var errors = await psql.StandardError.ReadToEndAsync(ct);
        await psql.WaitForExitAsync(ct);
        if (psql.ExitCode != 0) throw new InvalidOperationException($"psql: {errors}");
    }
}
