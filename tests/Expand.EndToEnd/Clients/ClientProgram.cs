using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Expand.TestKit;

namespace Expand.EndToEnd.Clients;

/// <summary>A client of tests/clients: a program of its own that gets the endpoint and the key (of REST: address and credential) as its last two arguments.</summary>
public sealed record ClientProgram(string Name, string Program, params string[] Arguments)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static readonly ClientProgram Php = new("PHP SoapClient", "php", Client("php/client.php"));
    public static readonly ClientProgram Zeep = new("zeep", "/usr/bin/python3", Client("python/client.py"));
    public static readonly ClientProgram Node = new("node-soap", "node", Client("node/client.js"));
    public static readonly ClientProgram DotNet = new(
        "System.ServiceModel", Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        Path.Combine(AppContext.BaseDirectory, "expand-dotnet-client.dll"));
    public static readonly ClientProgram PhpAgent = new("PHP SoapClient, agent", "php", Client("php/agent.php"));
    public static readonly ClientProgram ZeepAgent = new("zeep, agent", "/usr/bin/python3", Client("python/agent.py"));
    public static readonly ClientProgram NodeAgent = new("node-soap, agent", "node", Client("node/agent.js"));
    public static readonly ClientProgram DotNetAgent = new("System.ServiceModel, agent", DotNet.Program, [.. DotNet.Arguments, "agent"]);
    public static readonly ClientProgram Axis = new("Axis 1.4", Client("java/run.sh"));
    public static readonly ClientProgram Curl = new("curl", Client("raw/run.sh"));

    /// <summary>Runs it to its end, within bounds.</summary>
    /// <exception cref="InvalidOperationException">It cannot be started: the tool is not installed.</exception>
    /// <exception cref="TimeoutException">It did not end; the message tells what it wrote.</exception>
    public async Task<ClientRun> RunAsync(string endpoint, string key, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Program, [.. Arguments, endpoint, key])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["NODE_PATH"] = Path.Combine(Checkout.Folder(), ".cache", "node", "node_modules");
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{Name}: {Program} cannot be started ({e.Message}); ./test installs what the clients need", e);
        }

        var (output, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new TimeoutException($"{Name} did not end within {Patience}: {await output}{await errors}");
        }

        return new ClientRun(Name, process.ExitCode, await output, await errors);
    }

    /// <summary>The place of a file of tests/clients.</summary>
    public static string Client(string path) => Path.Combine(Checkout.Folder(), "tests", "clients", path);
}
