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

    /// <summary>
    /// Numbers outside that begin as those of the demonstration's campaign do: of ten six answer, the others are engaged, do not answer, do not exist, or
    /// have a machine. The same number always does the same.
    /// </summary>
    private static ExtensionBehaviour? Outside(string number)
    {
        if (!number.StartsWith("2711", StringComparison.Ordinal)) return null;
        return (number.Sum(digit => digit - '0') % 10) switch
        {
            0 => ExtensionBehaviour.Busy,
            1 => ExtensionBehaviour.NeverAnswers,
            2 => ExtensionBehaviour.Rejects(404),
            3 => ExtensionBehaviour.Answers(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6)) with { IsMachine = true, HangsUpAfter = TimeSpan.FromSeconds(20) },
            4 => ExtensionBehaviour.Answers(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9)) with { HangsUpAfter = TimeSpan.FromSeconds(25) },
            _ => ExtensionBehaviour.Answers(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9)),
        };
    }

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
            Outside = Outside,
        };
    }
}
