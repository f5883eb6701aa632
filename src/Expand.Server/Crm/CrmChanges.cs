using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.Crm;

/// <summary>The administrator's changes of the settings.</summary>
internal sealed class CrmChanges(Settings<CrmSettings> settings)
{
    /// <summary>Sets one service.</summary>
    /// <param name="operation">The service.</param>
    /// <param name="service">Its settings; an empty password with a user keeps the one that is stored, for the same server only.</param>
    /// <param name="readAt">What was shown to whom changes it.</param>
    /// <param name="actor">Who changes it.</param>
    /// <param name="ct">Ends the writing.</param>
    public async Task<Failure?> ServiceAsync(CrmOperation operation, CrmServiceSettings service, DateTimeOffset? readAt, Actor actor, CancellationToken ct)
    {
        var all = settings.Value;
        var before = all.Of(operation);
        if (service.Username.Length == 0) service = service with { Password = "" };
        else if (service.Password.Length == 0 && before.Password.Length > 0)
        {
            // A stored password goes to no other server than the one that it was given for.
            if (!IsSameServer(before.Url, service.Url)) return Failure.Invalid(nameof(service.Password), "is to be given again for another server");
            service = service with { Password = before.Password };
        }

        var failure = await settings.ChangeAsync(all.With(operation, service), readAt, actor, ct);
        return failure?.Field is { } field && field.StartsWith(CrmSettings.NameOf(operation) + ":", StringComparison.Ordinal)
            ? failure with { Field = field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..] }
            : failure;
    }

    /// <summary>Sets what is common to the services; theirs stay.</summary>
    public Task<Failure?> CommonAsync(CrmSettings common, DateTimeOffset? readAt, Actor actor, CancellationToken ct)
    {
        var all = settings.Value;
        return settings.ChangeAsync(common with { CallerName = all.CallerName, IvrCode = all.IvrCode, AgentInfo = all.AgentInfo }, readAt, actor, ct);
    }

    private static bool IsSameServer(string one, string other) =>
        Uri.TryCreate(one, UriKind.Absolute, out var first) && Uri.TryCreate(other, UriKind.Absolute, out var second)
        && first.GetLeftPart(UriPartial.Authority).Equals(second.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
