using System.Text.RegularExpressions;
using Expand.Server.Platform;

namespace Expand.Server.Access;

/// <summary>What an administrator says of a user (contract, product.md "People and credentials").</summary>
/// <param name="Username">The name to sign in with, and what the contract calls an agent by.</param>
/// <param name="FullName">The person's name.</param>
/// <param name="Email">Empty where there is none.</param>
/// <param name="Profile">The contract's <c>perfil</c>, in the installation's own words; <c>administrador</c> makes an administrator.</param>
/// <param name="IsSupervisor">Whether the user supervises agents.</param>
/// <param name="IsAgent">Whether the user takes calls of queues.</param>
/// <param name="AgentNumber">The agent's number; empty where the user is no agent.</param>
internal sealed partial record UserForm(
    string Username, string FullName, string Email, string Profile, bool IsSupervisor, bool IsAgent, string AgentNumber)
{
    /// <summary>The profile that administers the installation.</summary>
    public const string AdministratorProfile = "administrador";

    private const int NameLength = 128;
    private const int EmailLength = 254;

    /// <summary>Follows from the profile and the flags.</summary>
    public string Role =>
        Profile.Equals(AdministratorProfile, StringComparison.OrdinalIgnoreCase) || Profile.Equals(Roles.Administrator, StringComparison.OrdinalIgnoreCase)
            ? Roles.Administrator
            : IsSupervisor ? Roles.Supervisor : Roles.Agent;

    /// <summary>The same without the blanks around its texts.</summary>
    public UserForm Trimmed() => this with
    {
        Username = Username.Trim(' '),
        FullName = FullName.Trim(' '),
        Email = Email.Trim(' '),
        Profile = Profile.Trim(' '),
        AgentNumber = AgentNumber.Trim(' '),
    };

    /// <summary>The first rule that is broken, with its field; null where none is.</summary>
    public Failure? Validate()
    {
        if (!UsernameRule().IsMatch(Username))
            return Failure.Invalid("username", "a username has 1 to 64 letters without accents, digits and . _ @ -");
        if (!IsText(FullName)) return Failure.Invalid("fullName", $"a full name has 1 to {NameLength} characters, none of them a control character");
        if (!IsText(Profile)) return Failure.Invalid("profile", $"a profile has 1 to {NameLength} characters, none of them a control character");
        if (Email.Length > 0 && (Email.Length > EmailLength || !EmailRule().IsMatch(Email)))
            return Failure.Invalid("email", $"an e-mail address has the form name@domain and at most {EmailLength} characters");
        if (IsAgent && !NumberRule().IsMatch(AgentNumber)) return Failure.Invalid("agentNumber", "an agent's number has 1 to 10 digits");
        return !IsAgent && AgentNumber.Length > 0 ? Failure.Invalid("agentNumber", "only an agent has an agent number") : null;
    }

    private static bool IsText(string text) => text.Length is > 0 and <= NameLength && !text.Any(char.IsControl);

    // \z and not $: that would let a line break at the end pass.
    [GeneratedRegex(@"^[A-Za-z0-9._@-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsernameRule();

    [GeneratedRegex(@"^[0-9]{1,10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberRule();

    [GeneratedRegex(@"^[^@\s\p{C}]+@[^@\s\p{C}]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex EmailRule();
}
