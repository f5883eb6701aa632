using System.Collections.Concurrent;
using Expand.Server.Pbx;

namespace Expand.Server.Recordings;

/// <summary>The channels that the PBX has at this moment, and which belong to one call: those calls have no record yet, and their recordings are not complete.</summary>
internal sealed class RunningCalls : IPbxListener
{
    private readonly ConcurrentDictionary<string, string> linked = new(StringComparer.Ordinal);

    /// <summary>The Uniqueids of the call that this is one of; empty where no such call runs.</summary>
    public IReadOnlyList<string> Of(string uniqueId)
    {
        if (!linked.TryGetValue(uniqueId, out var call))
        {
            if (!linked.Values.Contains(uniqueId)) return [];
            call = uniqueId;
        }

        return [.. linked.Where(c => c.Value == call).Select(c => c.Key).Append(call).Distinct()];
    }

    /// <summary>Whether that channel, or the call that began with it, is still there.</summary>
    public bool Has(string uniqueId) => linked.ContainsKey(uniqueId) || linked.Values.Contains(uniqueId);

    public void Heard(PbxFact fact)
    {
        switch (fact)
        {
            case PbxSnapshot snapshot:
                linked.Clear();
                foreach (var channel in snapshot.Channels) linked[channel.UniqueId] = channel.LinkedId;
                break;
            case ChannelStarted started:
                linked[started.UniqueId] = started.LinkedId;
                break;
            case DialStarted dialled:
                if (linked.ContainsKey(dialled.To)) linked[dialled.To] = dialled.LinkedId;
                break;
            case ChannelEnded ended:
                linked.TryRemove(ended.UniqueId, out _);
                break;
        }
    }
}
