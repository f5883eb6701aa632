using System.Diagnostics;
using System.Net.Sockets;
using Expand.TestKit;

namespace Expand.RealTime.Crm;

/// <summary>A customer's CRM that speaks SOAP, in PHP.</summary>
internal sealed class PhpCrm : IDisposable
{
    private readonly string log = Path.GetTempFileName();
    private readonly Process process;

    public PhpCrm()
    {
        var start = new ProcessStartInfo("php", ["-S", $"127.0.0.1:{Port}", Path.Combine(Checkout.Folder(), "tests", "Expand.RealTime", "Crm", "crm.php")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["CRM_LOG"] = log;
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public int Port { get; } = FreePorts.Tcp();

    public string Url => $"http://127.0.0.1:{Port}/";

    /// <summary>What it was asked: operation and arguments, as JSON.</summary>
    public IReadOnlyList<string> Asked => File.ReadAllLines(log);

    public Task WaitAsync() => Eventually.TrueAsync(
        async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        "the CRM in PHP listens", TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        File.Delete(log);
    }
}
