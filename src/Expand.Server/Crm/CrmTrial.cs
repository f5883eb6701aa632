using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Crm;

/// <summary>What a trial showed.</summary>
/// <param name="Request">The request without its password.</param>
/// <param name="Answer">What came, and what it means.</param>
/// <param name="Used">What a call would get of it; empty: nothing would change.</param>
internal sealed record CrmTrialResult(string Request, CrmAnswer Answer, string Used);

/// <summary>Calls a service with values that an administrator typed, past cache and circuit: whether it is switched on or not.</summary>
internal sealed class CrmTrial(Settings<CrmSettings> settings, OutboundHttp http, AuditTrail audit)
{
    public const int LongestValue = 4096;

    public async Task<Result<CrmTrialResult>> RunAsync(CrmOperation operation, IReadOnlyList<string> values, Actor actor, CancellationToken ct)
    {
        var service = settings.Value.Of(operation);
        if (service.Url.Length == 0) return Failure.Conflict("the service has no address yet");
        for (var i = 0; i < operation.Parameters.Count; i++)
        {
            if (values[i].Length > LongestValue || !PlainText.Holds(values[i]))
                return Failure.Invalid(operation.Parameters[i], $"has up to {LongestValue} characters and no control characters");
        }

        if (await audit.TryWriteAsync(actor, "crm.tested", operation.Name, null, ct) is { } unwritten) return unwritten;
        var request = CrmRequest.Of(service, operation, operation.Arguments([.. values]));
        using var message = request.Make(service);
        var answer = CrmAnswer.Of(await http.SendAsync(message, service.Timeout, ct), operation, service);
        return new CrmTrialResult(request.Shown(service), answer, Used(operation, answer));
    }

    private static string Used(CrmOperation operation, CrmAnswer answer)
    {
        if (!answer.IsSuccess) return "";
        return operation == CrmOperation.CallerName ? CallerNames.Clean(answer.Value)
            : operation == CrmOperation.IvrCode ? IvrNodes.Clean(answer.Value)
            : CrmAnswer.Truth(answer.Value) is true ? "true" : "false";
    }
}
