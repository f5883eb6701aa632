using System.Diagnostics;
using System.Globalization;

namespace Expand.Benchmarks.Peers;

/// <summary>What an answer took, in seconds, and how long it was.</summary>
internal readonly record struct CurlTime(double FirstByte, double Total, long Bytes);

/// <summary>A client that costs next to nothing: <c>curl</c>, which throws away what it gets.</summary>
internal static class Curl
{
    /// <summary>Posts a file, and reads the answer to its end.</summary>
    /// <exception cref="InvalidOperationException">It is no 200, or the connection was cut.</exception>
    public static async Task<CurlTime> PostAsync(string url, string file, string type, CancellationToken ct)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl",
            ["-sS", "-o", "/dev/null", "-H", "Content-Type: " + type, "--data-binary", "@" + file, "-w", "%{http_code} %{time_starttransfer} %{time_total} %{size_download}", url])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = curl.StandardError.ReadToEndAsync(ct);
        var told = (await curl.StandardOutput.ReadToEndAsync(ct)).Split(' ');
        await curl.WaitForExitAsync(ct);
        if (curl.ExitCode != 0 || told[0] != "200") throw new InvalidOperationException($"curl of {url} ended with {curl.ExitCode}: {string.Join(' ', told)} {await errors}");
        return new(Number(told[1]), Number(told[2]), long.Parse(told[3], CultureInfo.InvariantCulture));

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }
}
