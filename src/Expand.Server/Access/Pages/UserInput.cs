namespace Expand.Server.Access.Pages;

/// <summary>How a password comes to be.</summary>
public enum PasswordChoice
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It is made here and shown once.</summary>
    Generated,

    /// <summary>The administrator types it.</summary>
    Typed,
}

/// <summary>A password while an administrator chooses it.</summary>
public sealed class PasswordInput
{
    /// <summary>How it comes to be.</summary>
    public PasswordChoice Choice { get; set; } = PasswordChoice.Generated;

    /// <summary>What is typed.</summary>
    public string Typed { get; set; } = "";

    /// <summary>The password; null for none.</summary>
    internal string? Make() => Choice switch
    {
        PasswordChoice.None => null,
        PasswordChoice.Generated => Users.NewPassword(),
        _ => Typed,
    };
}

/// <summary>What the dialog of the page Usuarios holds while an administrator fills it in. Public because components are.</summary>
public sealed class UserInput
{
    /// <summary>To sign in with.</summary>
    public string Username { get; set; } = "";

    /// <summary>The person's name.</summary>
    public string FullName { get; set; } = "";

    /// <summary>Empty where there is none.</summary>
    public string Email { get; set; } = "";

    /// <summary>The contract's <c>perfil</c>.</summary>
    public string Profile { get; set; } = "";

    /// <summary>Supervises agents.</summary>
    public bool IsSupervisor { get; set; }

    /// <summary>Takes calls of queues.</summary>
    public bool IsAgent { get; set; }

    /// <summary>The agent's number.</summary>
    public string AgentNumber { get; set; } = "";

    /// <summary>A new user's password.</summary>
    public PasswordInput Password { get; } = new();

    internal static UserInput Of(UserRow row) => new()
    {
        Username = row.Username,
        FullName = row.FullName,
        Email = row.Email,
        Profile = row.Profile,
        IsSupervisor = row.IsSupervisor,
        IsAgent = row.IsAgent,
        AgentNumber = row.AgentNumber,
    };

    /// <summary>A number that was typed before the tick was taken away is nobody's.</summary>
    internal UserForm Form => new(Username, FullName, Email, Profile, IsSupervisor, IsAgent, IsAgent ? AgentNumber : "");
}
