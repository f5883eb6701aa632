using System.Globalization;
using Expand.TestKit;

namespace Expand.Benchmarks.Status;

/// <summary>A PBX at work: each agent is a member of four of the queues, some talk, some rest, and callers wait.</summary>
internal sealed class BusyCentre : IAsyncDisposable
{
    public const int Agents = 1000;
    public const int Queues = 40;
    private const int QueuesOfAgent = 4;
    private const int Waiting = 320;
    private readonly FakeAsterisk pbx;

    public BusyCentre() => pbx = new FakeAsterisk(action => action.Name switch
    {
        "QueueStatus" => FakeReply.List("QueueStatusComplete", [.. Status()]),
        "DeviceStateList" or "CoreShowChannels" => FakeReply.List(action.Name + "Complete", []),
        _ => null,
    });

    /// <summary>How the server reaches it.</summary>
    public IEnumerable<(string Name, string? Value)> Settings =>
    [
        ("Pbx__Host", "127.0.0.1"),
        ("Pbx__Port", pbx.Port.ToString(CultureInfo.InvariantCulture)),
        ("Pbx__Username", pbx.Script.Username),
        ("Pbx__Secret", pbx.Script.Secret),
    ];

    /// <summary>A member pauses or comes back, in all its queues: what the server hears of a change.</summary>
    public async Task ChangeAsync(int agent, bool paused)
    {
        foreach (var queue in QueuesOf(agent)) await pbx.SendAsync($"Event: QueueMemberPause\nPrivilege: agent,all\n{Member(agent, queue, paused)}\n\n");
    }

    public ValueTask DisposeAsync() => pbx.DisposeAsync();

    private static IEnumerable<string> QueuesOf(int agent) => Enumerable.Range(0, QueuesOfAgent).Select(j => Queue((agent * 7) + (j * 11)));

    private static string Queue(int number) => string.Create(CultureInfo.InvariantCulture, $"q_{number % Queues:000}");

    private static IEnumerable<string> Status()
    {
        for (var queue = 0; queue < Queues; queue++) yield return $"Event: QueueParams\nQueue: {Queue(queue)}\nMax: 0\nStrategy: rrmemory";
        for (var agent = 0; agent < Agents; agent++)
        {
            foreach (var queue in QueuesOf(agent)) yield return $"Event: QueueMember\nName: {Number(agent)}\nLocation: PJSIP/{Number(agent)}\n{Member(agent, queue, agent % 10 == 3)}";
        }

        for (var caller = 0; caller < Waiting; caller++)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Event: QueueEntry\nQueue: {Queue(caller)}\nPosition: {1 + (caller / Queues)}\nChannel: PJSIP/trunk-{caller:x8}\nUniqueid: 1764000000.{caller}\nCallerIDNum: 09{caller:D7}\nCallerIDName: Cliente {caller}\nWait: {caller % 90}");
        }
    }

    private static string Member(int agent, string queue, bool paused) => string.Create(CultureInfo.InvariantCulture,
        $"Queue: {queue}\nMemberName: {Number(agent)}\nInterface: PJSIP/{Number(agent)}\nStateInterface: PJSIP/{Number(agent)}\nMembership: dynamic\nPenalty: 0\nCallsTaken: 0\nLastCall: 0\nInCall: 0\nStatus: {(agent % 4 == 1 ? 2 : 1)}\nPaused: {(paused ? 1 : 0)}\nPausedReason: {(paused ? "Descanso" : "")}\nRinginuse: 0");

    private static string Number(int agent) => (5000 + agent).ToString(CultureInfo.InvariantCulture);
}
