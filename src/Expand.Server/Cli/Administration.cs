using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Cli;

/// <summary>A command that administers the installation: the server's own rooms and use cases, of which nothing is started but what it asks for.</summary>
internal static class Administration
{
    /// <summary>Runs it against the installation's database, with users, queues and pause reasons read.</summary>
    public static Task<int> RunAsync(ParseResult parsed, Rooms rooms, Func<IServiceProvider, Task<int>> act, CancellationToken ct) =>
        CommandLine.GuardAsync(async () =>
        {
            var settings = Settings.Of(parsed);
            await using var parts = await EmbeddedParts.DatabaseAsync(settings, ct);
            await using var app = Serve.Build(settings, parts, Path.GetFullPath(settings.DataFolder), "http://127.0.0.1:0", rooms);
            await DatabaseModule.MigrateAsync(app.Services, ct);
            foreach (var copy in app.Services.GetServices<SharedCopy>()) await copy.RefreshAsync(ct);
            return await act(app.Services);
        });

    /// <summary>Tells the outcome on standard error; the exit code is 1 for a refusal.</summary>
    public static int Told(Failure? failure, string done)
    {
        Console.Error.WriteLine(failure is null ? done : $"expand: {failure.Message}");
        return failure is null ? 0 : 1;
    }
}
