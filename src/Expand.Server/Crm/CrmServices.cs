using Expand.Server.Access.Settings;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Crm;

/// <summary>The three services, each with its own circuit; those that are switched off are not asked.</summary>
internal sealed class CrmServices(Settings<CrmSettings> settings, OutboundHttp http, TimeProvider clock, ILogger<CrmServices> log)
{
    private readonly Dictionary<CrmOperation, CrmLine> lines =
        CrmOperation.All.ToDictionary(operation => operation, operation => new CrmLine(operation, http, clock, log));

    /// <summary>Whether the service is switched on.</summary>
    public bool Has(CrmOperation operation) => settings.Value.Of(operation).Enabled;

    /// <summary>How it is doing.</summary>
    public CrmLineState StateOf(CrmOperation operation) => lines[operation].State;

    /// <summary>Whether it would be asked now: the circuit is not open, or its time is over.</summary>
    public bool WouldAsk(CrmOperation operation) => lines[operation].State is { OpenUntil: null } or { IsProbing: true };

    /// <param name="operation">The service.</param>
    /// <param name="values">Its arguments in order.</param>
    /// <returns>The answer; null where the service is switched off.</returns>
    public async Task<CrmAnswer?> CallAsync(CrmOperation operation, params string[] values)
    {
        var service = settings.Value.Of(operation);
        // Bounded by its timeout; whoever waits for it may leave earlier.
        return service.Enabled ? await lines[operation].CallAsync(service, operation.Arguments(values), CancellationToken.None) : null;
    }
}
