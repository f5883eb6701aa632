namespace Expand.Phones;

/// <summary>The other side as a phone's display names it.</summary>
/// <param name="Name">Display name; null where none was sent.</param>
/// <param name="Number">The user part of the address; empty where none was sent.</param>
public sealed record ShownParty(string? Name, string Number)
{
    /// <summary>
    /// What the phone shows for a message: P-Asserted-Identity (RFC 3325), which Asterisk keeps current in re-INVITE and UPDATE,
    /// else From.
    /// </summary>
    internal static ShownParty Of(SipMessage message) =>
        SipAddress.Parse(message["P-Asserted-Identity"] ?? message["From"] ?? "").Party;

    /// <inheritdoc/>
    public override string ToString() => Name is null ? $"<{Number}>" : $"\"{Name}\" <{Number}>";
}
