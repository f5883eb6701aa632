namespace Expand.Simulator;

/// <summary>The small call centre that a newcomer meets.</summary>
internal static class DemoWorld
{
    private static readonly (string Number, string User, string Name, string[] Queues)[] People =
    [
        ("101", "acosta", "Ana Acosta", ["q_ventas", "q_soporte"]),
        ("102", "bnunez", "Bruno Núñez", ["q_ventas"]),
        ("103", "cbenitez", "Cecilia Benítez", ["q_soporte"]),
        ("104", "detchegaray", "Diego Etchegaray", ["q_ventas", "q_soporte"]),
        ("105", "emunoz", "Elena Muñoz", []),
        ("106", "flopez", "Fabián López", []),
        ("107", "gsosa", "Gabriela Sosa", []),
        ("108", "hpereyra", "Héctor Pereyra", []),
        ("109", "ipaz", "Inés Paz", []),
    ];

    public static SimulatorWorld Build()
    {
        var phone = ExtensionBehaviour.Answers(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)) with
        {
            MissedQueueShare = 0.08,
            TalkMin = TimeSpan.FromSeconds(20),
            TalkMax = TimeSpan.FromSeconds(90),
        };
        var extensions = People.Select((p, i) => new SimulatorExtension($"70{i + 1}", p.Name, phone)).ToList();
        extensions.Add(new("711", "Ocupado", ExtensionBehaviour.Busy));
        extensions.Add(new("712", "No contesta", ExtensionBehaviour.NeverAnswers));
        extensions.Add(new("713", "Rechaza", ExtensionBehaviour.Rejects()));
        extensions.Add(new("714", "Sin registrar", ExtensionBehaviour.NotRegistered));
        extensions.Add(new("715", "Descolgado", ExtensionBehaviour.LeftOffHook));
        return new SimulatorWorld
        {
            Extensions = extensions,
            Queues = [new("q_ventas"), new("q_soporte")],
            Agents = [.. People.Select((p, i) => new SimulatorAgent(p.Number, p.Name, p.User, $"70{i + 1}", p.Queues))],
            TrunkBehaviour = phone,
        };
    }
}
