using Expand.Simulator.Files;

namespace Expand.Simulator.Calls;

/// <summary>
/// MixMonitor with the option "b", as the product's dialplan runs it for the channel that makes a call: from its first talk to its end, through transfers. What nobody
/// answers leaves no file.
/// </summary>
internal static class CallRecording
{
    /// <summary>The two sides of a call talk; <paramref name="caller"/> made it.</summary>
    public static void Begin(Pbx pbx, SimChannel caller)
    {
        if (pbx.Options.RecordingsFolder is not { } folder || caller.Recording is not null || pbx.World.Dialplan == SimulatorDialplan.Lab) return;
        // Of a Local channel's two halves one stands for the call.
        if (caller.IsLocal && caller.Name.EndsWith(";2", StringComparison.Ordinal)) return;
        caller.Recording = WaveFile.Create(Path.Combine(folder, caller.UniqueId + ".wav"), pbx.Now);
    }
}
