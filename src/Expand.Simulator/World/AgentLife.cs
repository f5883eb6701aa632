using System.Globalization;
using Expand.Simulator.Calls;

namespace Expand.Simulator;

/// <summary>Agents who live: they pause and come back, go and come, and call customers, at a pace of their own.</summary>
internal sealed class AgentLife(Pbx pbx, CallerStream calls)
{
    private static readonly string[] Reasons = ["Almuerzo", "Descanso", "Baño", "Capacitación", "Tareas administrativas"];

    /// <summary>Chance of its own: whether agents live changes nothing of who calls, and when.</summary>
    private readonly Random chance = new(pbx.Options.Seed ^ 0x4167656e);

    /// <summary>Begins; again after each start of the PBX.</summary>
    public void Start()
    {
        if (pbx.Options.Agents.MovesPerMinute > 0 && pbx.World.Agents.Any(IsOnDuty)) Next();
    }

    private static bool IsOnDuty(SimulatorAgent agent) => agent.LoggedInTo.Count > 0;

    private void Next()
    {
        var mean = 60 / pbx.Options.Agents.MovesPerMinute;
        pbx.After(TimeSpan.FromSeconds(-Math.Log(1 - chance.NextDouble()) * mean), () =>
        {
            var onDuty = pbx.World.Agents.Where(IsOnDuty).ToList();
            Move(onDuty[chance.Next(onDuty.Count)]);
            Next();
        });
    }

    /// <summary>One move; nobody interrupts a call, and nobody goes where only one other would be left to answer.</summary>
    private void Move(SimulatorAgent agent)
    {
        var device = $"PJSIP/{agent.Extension}";
        var places = pbx.Queues.All.Where(q => q.Find(device) is not null).ToList();
        if (!pbx.Devices.IsFree(device)) return;
        if (places.Count == 0)
        {
            foreach (var queue in agent.LoggedInTo) pbx.Queues.Add(queue, device, agent.Number, 0, false, "", pbx.NextUniqueId());
        }
        else if (places.Exists(q => q.Find(device)!.Paused))
        {
            pbx.Queues.Pause(null, device, false, "");
        }
        else if (chance.NextDouble() < 0.5)
        {
            var number = "09" + chance.Next(1_000_000, 9_999_999).ToString(CultureInfo.InvariantCulture);
            calls.Place(agent.Extension, "", number, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(chance.Next(30, 90)));
        }
        else if (Ready() <= 2)
        {
            return;
        }
        else if (chance.NextDouble() < 0.75)
        {
            pbx.Queues.Pause(null, device, true, Reasons[chance.Next(Reasons.Length)]);
        }
        else
        {
            foreach (var queue in places) pbx.Queues.Remove(queue.Name, device, pbx.NextUniqueId());
        }
    }

    private int Ready() =>
        pbx.Queues.All.SelectMany(q => q.Members).Where(m => !m.Paused).Select(m => m.Interface).Distinct(StringComparer.Ordinal).Count();
}
