using System.Xml;
using Expand.TestKit;

namespace Expand.RealTime.Truth;

/// <summary>
/// The server's API as the shift uses it: open while the server is known to be well; where something is about to be broken it is
/// closed first, and what is under way ends. So every answer is known, and every FALSE is a fault of the server.
/// </summary>
internal sealed class ApiDoor(SoapCaller? soap, Ledger ledger)
{
    private readonly Lock _gate = new();
    private int _inside;
    private bool _open = soap is not null;

    public bool IsOpen
    {
        get { lock (_gate) return _open; }
    }

    /// <summary>Calls a boolean operation; how long it took, or null where the door is closed.</summary>
    public async Task<Moment?> DoAsync(string operation, CancellationToken ct, params string[] arguments)
    {
        string? answer = null;
        var when = await AskAsync(async caller => answer = await caller.CallAsync(operation, ct, arguments));
        if (when is not null && answer is not ("true" or "1"))
            ledger.Anomalies.Enqueue($"{operation}({string.Join(", ", arguments)}) answered '{answer}' at {when}");
        return when;
    }

    /// <summary>Does something with the API; how long it took, or null where the door is closed.</summary>
    public async Task<Moment?> AskAsync(Func<SoapCaller, Task> act)
    {
        lock (_gate)
        {
            if (!_open || soap is null) return null;
            _inside++;
        }

        var sent = TimeProvider.System.GetUtcNow();
        try
        {
            await act(soap);
        }
        catch (Exception broken) when (broken is HttpRequestException or SoapFaultException or XmlException)
        {
            ledger.Anomalies.Enqueue($"the API broke at {sent:HH:mm:ss.fff}: {broken.Message}");
        }
        finally
        {
            lock (_gate) _inside--;
        }

        return new Moment(sent, TimeProvider.System.GetUtcNow());
    }

    public async Task CloseAsync()
    {
        lock (_gate) _open = false;
        await Eventually.TrueAsync(
            () =>
            {
                lock (_gate) return _inside == 0;
            }, "API calls under way end", TimeSpan.FromSeconds(30));
    }

    public void Open()
    {
        lock (_gate) _open = soap is not null;
    }
}
