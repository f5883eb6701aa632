using Expand.Server.Platform;

namespace Expand.Server.Queues.Pages;

/// <summary>An agent of a queue, or a queue of an agent, while it is being changed. Public because components are.</summary>
public sealed class LinkLine
{
    private readonly int? before;

    internal LinkLine(string key, string name, string detail, int? penalty)
    {
        (Key, Name, Detail, before) = (key, name, detail, penalty);
        (IsLinked, Penalty) = (penalty is not null, penalty ?? 0);
    }

    /// <summary>The username or the queue.</summary>
    public string Key { get; }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>What tells it apart.</summary>
    public string Detail { get; }

    /// <summary>Whether the one is an agent of the other.</summary>
    public bool IsLinked { get; set; }

    /// <summary>With which penalty.</summary>
    public int? Penalty { get; set; }

    /// <summary>Whether anything is to be done.</summary>
    internal bool IsChanged => IsLinked ? Penalty != before : before is not null;
}

/// <summary>Makes what a line says so.</summary>
public sealed class LinkDeed
{
    private readonly Func<LinkLine, Task<Failure?>> deed;

    internal LinkDeed(Func<LinkLine, Task<Failure?>> deed) => this.deed = deed;

    internal Task<Failure?> DoAsync(LinkLine line) => deed(line);
}

/// <summary>What the dialog of a queue holds while it is filled in.</summary>
public sealed class QueueForm
{
    /// <summary>The name, as the PBX has it.</summary>
    public string Name { get; set; } = "";

    /// <summary>What people call it.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether it has no settings yet.</summary>
    public bool IsNew { get; init; }
}
