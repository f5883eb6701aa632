using System.Text;
using Expand.Simulator.Engine;

namespace Expand.Simulator.Files;

/// <summary>queue_log: <c>epoch|callid|queue|agent|EVENT|data1|…</c>, with as many fields as the event has in Asterisk.</summary>
internal sealed class QueueLogFile(string? path, SimulatorLoop loop) : IDisposable
{
    private readonly AppendFile file = new(path);
    private readonly StringBuilder line = new();

    public void Open() => file.Open();

    public void Rotate() => file.Rotate();

    /// <summary>Writes one line. A "|" or a line feed in the data goes through as it is: so it does in Asterisk.</summary>
    public void Write(string callId, string queue, string agent, string activity, params ReadOnlySpan<string> data)
    {
        line.Clear();
        line.Append(Text.Number(Text.Seconds(loop.Now))).Append('|').Append(callId).Append('|').Append(queue).Append('|')
            .Append(agent).Append('|').Append(activity).Append('|');
        for (var i = 0; i < data.Length; i++)
        {
            if (i > 0) line.Append('|');
            line.Append(data[i]);
        }
        file.Write(line.Append('\n').ToString());
    }

    public void Dispose() => file.Dispose();
}
