using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Expand.Benchmarks.Peers;

/// <summary>Load by wrk: so many connections that each send the next request when the answer to the last one is there.</summary>
/// <param name="connections">How many.</param>
/// <param name="script">What is sent, as wrk's script in Lua.</param>
internal sealed partial class Wrk(int connections, string script) : IDisposable
{
    private readonly string file = Write(script);

    /// <summary>A request by POST.</summary>
    public static Wrk Post(int connections, string body, string type) =>
        new(connections, $"wrk.method = 'POST'\nwrk.body = [==[{body}]==]\nwrk.headers['Content-Type'] = '{type}'\n");

    /// <summary>A request by GET with Basic authentication.</summary>
    public static Wrk Get(int connections, string authorization) => new(connections, $"wrk.method = 'GET'\nwrk.headers['Authorization'] = '{authorization}'\n");

    /// <summary>Answers a second, over some seconds.</summary>
    public async Task<double> RateAsync(string url, double seconds, CancellationToken ct) => (await RunAsync(url, seconds, ct)).PerSecond;

    /// <summary>How many answers came, and how many a second.</summary>
    /// <exception cref="InvalidOperationException">One of them was refused or did not come.</exception>
    public async Task<(long Requests, double PerSecond)> RunAsync(string url, double seconds, CancellationToken ct)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk",
            ["-t1", string.Create(CultureInfo.InvariantCulture, $"-c{connections}"), string.Create(CultureInfo.InvariantCulture, $"-d{seconds}s"), "-s", file, url])
        { RedirectStandardOutput = true })!;
        var told = await wrk.StandardOutput.ReadToEndAsync(ct);
        await wrk.WaitForExitAsync(ct);
        if (wrk.ExitCode != 0 || told.Contains("Non-2xx", StringComparison.Ordinal) || told.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk on {url} ended with {wrk.ExitCode}:\n{told}");
        var requests = long.Parse(Count().Match(told).Groups["n"].Value, CultureInfo.InvariantCulture);
        if (requests == 0) throw new InvalidOperationException($"{url} answered nothing");
        return (requests, double.Parse(Rate().Match(told).Groups["n"].Value, CultureInfo.InvariantCulture));
    }

    public void Dispose() => File.Delete(file);

    private static string Write(string script)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, script);
        return file;
    }

    [GeneratedRegex("(?<n>[0-9]+) requests in")]
    private static partial Regex Count();

    [GeneratedRegex("Requests/sec:\\s*(?<n>[0-9.]+)")]
    private static partial Regex Rate();
}
