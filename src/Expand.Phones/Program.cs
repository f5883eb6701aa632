using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Expand.Phones;

// expand-phones --asterisk 127.0.0.1:5060 --port 6100 --plan FILE [--echo] [--quiet]
// The phones of "./run --pbx asterisk". One line when they are ready, then one a happening; ends on SIGTERM and SIGINT.
string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

if (!IPEndPoint.TryParse(Value("--asterisk") ?? "127.0.0.1:5060", out var asterisk)
    || !int.TryParse(Value("--port") ?? "6100", NumberStyles.None, CultureInfo.InvariantCulture, out var port)
    || Value("--plan") is not { } file)
{
    await Console.Error.WriteLineAsync("usage: expand-phones --asterisk 127.0.0.1:5060 --port 6100 --plan FILE [--echo] [--quiet]");
    return 2;
}

try
{
    var plan = PhonePlan.Parse(await File.ReadAllLinesAsync(file));
    await using var bank = new PhoneBank(asterisk, port, echo: args.Contains("--echo"));
    if (!args.Contains("--quiet"))
        bank.Happened += (_, e) => Console.WriteLine($"{e.At:HH:mm:ss.fff} {e.Number} {e.Kind} {e.Shown} {e.Status}".TrimEnd());
    bank.Apply(plan);
    var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    void Finish(PosixSignalContext signal)
    {
        signal.Cancel = true;
        end.TrySetResult();
    }
    using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Finish);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Finish);
    Console.WriteLine($"phones ready: {plan.Phones.Count} on 127.0.0.1:{bank.Port}, Asterisk at {asterisk}");
    await end.Task;
    return 0;
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
{
    await Console.Error.WriteLineAsync($"phones: {problem.Message}");
    return 1;
}
catch (SocketException problem)
{
    await Console.Error.WriteLineAsync($"phones: port {port} of 127.0.0.1 cannot be opened ({problem.Message})");
    return 1;
}
