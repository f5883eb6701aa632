namespace Expand.Server.Agents.Pages;

/// <summary>What the dialog of a pause reason holds while it is filled in. Public because components are.</summary>
public sealed class PauseForm
{
    /// <summary>What agents dial.</summary>
    public string Code { get; set; } = "";

    /// <summary>What reports call it.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether it is added.</summary>
    public bool IsNew { get; init; }
}
