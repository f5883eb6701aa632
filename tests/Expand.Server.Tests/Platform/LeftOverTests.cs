using System.Diagnostics;
using Expand.Server.Platform.Embedded;

namespace Expand.Server.Tests.Platform;

/// <summary>What a killed server leaves running, and what only looks like it.</summary>
public sealed class LeftOverTests
{
    private readonly string configuration = $"/nowhere/{Guid.NewGuid():N}/asterisk.conf";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_with_the_very_arguments_is_ended_and_one_that_only_names_the_file_is_not()
    {
        using var asterisk = Run("-f", "-C", configuration);
        using var console = Run("-r", "-C", configuration);
        using var other = Run("-f", "-C", configuration + ".other");
        await LeftOver.StopAsync(["-f", "-C", configuration], Ct);
        await asterisk.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(5), Ct);
        foreach (var left in new[] { console, other })
        {
            Assert.False(left.HasExited);
            left.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task One_that_does_not_end_by_itself_is_killed()
    {
        using var deaf = Run("-f", "-C", configuration, "deaf");
        Assert.Equal("deaf", await deaf.StandardOutput.ReadLineAsync(Ct));
        await LeftOver.StopAsync(["-f", "-C", configuration], Ct);
        await deaf.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(5), Ct);
    }

    /// <summary>A shell that waits; the arguments are only there to be seen.</summary>
    private static Process Run(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "bash", ["-c", "[ \"$4\" != deaf ] || trap '' TERM; echo \"$4\"; while :; do sleep 0.2; done", "bash", .. arguments])
    {
        RedirectStandardOutput = true,
    })!;
}
