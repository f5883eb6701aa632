using System.Text;

namespace Expand.Asterisk.Agi;

/// <summary>
/// A call that asks for a service. Commands one after another; when the service returns, the session is over and the call's dialplan goes on.
/// </summary>
public sealed class AgiSession
{
    private readonly AgiWire wire;

    internal AgiSession(AgiRequest request, AgiWire wire) => (Request, this.wire) = (request, wire);

    /// <summary>What Asterisk said of the call.</summary>
    public AgiRequest Request { get; }

    /// <summary>Cancelled when the caller hangs up: what would be set is of use to nobody any more.</summary>
    public CancellationToken HungUp => wire.HungUp;

    /// <summary>The value of a variable or a dialplan function; null where it has none.</summary>
    public async Task<string?> GetVariableAsync(string name, CancellationToken ct) =>
        await SendAsync(AgiCommand.GetVariable(name), ct).ConfigureAwait(false) is { IsSuccess: true, Result: "1" } reply ? reply.Value ?? "" : null;

    /// <summary>Sets a variable or a dialplan function; false where Asterisk did not, as on a call that is over.</summary>
    /// <exception cref="AgiInvalidValueException">The value may not be written.</exception>
    public async Task<bool> SetVariableAsync(string name, string value, CancellationToken ct) =>
        (await SendAsync(AgiCommand.SetVariable(name, value), ct).ConfigureAwait(false)).IsSuccess;

    /// <summary>Runs an application; false where Asterisk did not.</summary>
    /// <exception cref="AgiInvalidValueException">The arguments may not be written.</exception>
    public async Task<bool> ExecAsync(string application, string arguments, CancellationToken ct) =>
        await SendAsync(AgiCommand.Exec(application, arguments), ct).ConfigureAwait(false) is { IsSuccess: true, Result: not "-2" };

    /// <summary>Sends a command made by <see cref="AgiCommand"/> and waits for the answer.</summary>
    /// <exception cref="AgiEndedException">The session is over.</exception>
    public async Task<AgiReply> SendAsync(string command, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.AsSpan().ContainsAny('\r', '\n', '\0')) throw new AgiInvalidValueException("An AGI command is one line.");
        return await wire.AskAsync(Encoding.UTF8.GetBytes(command + "\n"), ct).ConfigureAwait(false);
    }
}
