using System.Net;
using Expand.Server.Access.Inspector;
using Expand.Soap;

namespace Expand.Server.Access;

/// <summary>
/// A SOAP operation behind an authorizedKey: its first argument by the contract, checked before the room's handler is asked.
/// What a wrong key answers differs from operation to operation (<c>-1</c>, FALSE, an XML status), so each says it.
/// </summary>
internal static class KeyedOperation
{
    /// <summary>The contract's name of the argument; <c>autorizedkey</c> also stands in the original.</summary>
    public static readonly SoapParameter Key = new("authorizedKey", SoapType.String, "autorizedkey", "key");

    /// <summary>Makes the operation; <paramref name="parameters"/> are those after the key.</summary>
    public static SoapOperation Define(string name, SoapType returns, SoapAnswer refused, SoapHandler handler, params SoapParameter[] parameters) =>
        new(name, returns, [Key, .. parameters], (call, ct) => AnswerAsync(call, refused, handler, ct));

    private static async ValueTask<SoapAnswer> AnswerAsync(SoapCall call, SoapAnswer refused, SoapHandler handler, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var noted = Inspection.Called(call);
        var secret = call[Key.Name];
        var address = call.Http.Connection.RemoteIpAddress;
        var (entry, refusal) = await CheckAsync(services.GetRequiredService<KeyDirectory>(), secret, call.Operation.Name, address, ct);
        Note(noted, entry ?? services.GetRequiredService<KeyDirectory>().Find(secret), entry is null ? refusal : null);
        if (entry is null)
        {
            var prefix = secret.Length == 0 ? "(none)" : AuthorizedKey.PrefixOf(secret);
            services.GetRequiredService<ILogger<KeyDirectory>>().KeyRefused(call.Operation.Name, prefix, address?.ToString(), refusal);
            services.GetRequiredService<RefusalAudit>().Refused("key.refused", $"{prefix}… {call.Operation.Name} ({refusal})", address?.ToString());
            return refused;
        }

        entry.Used(services.GetRequiredService<TimeProvider>().GetUtcNow(), address?.ToString());
        return await handler(call, ct);
    }

    /// <summary>A key that was shown is its caller's, though a limit refuses the call.</summary>
    private static void Note(Inspection? noted, KeyDirectory.Entry? shown, KeyRefusal? refusal)
    {
        if (shown is not null) noted?.Is(Inspection.OfKey(shown.Id));
        if (refusal is { } reason) noted?.Refused(reason.ToString());
    }

    /// <summary>The key's entry, or why the call is refused.</summary>
    private static async ValueTask<(KeyDirectory.Entry? Entry, KeyRefusal Refusal)> CheckAsync(
        KeyDirectory keys, string secret, string operation, IPAddress? address, CancellationToken ct)
    {
        var entry = keys.Find(secret);
        while (entry is not null)
        {
            if (!entry.Allows(operation)) return (null, KeyRefusal.Operation);
            if (!entry.Allows(address)) return (null, KeyRefusal.Address);
            if (await entry.TakeTurnAsync(ct)) return (entry, default);
            // A rate that was changed while the call waited is no refusal: it takes its turn under the new one.
            var rate = entry.Rate;
            entry = keys.Find(secret);
            if (entry?.Rate == rate) return (null, KeyRefusal.Rate);
        }

        return (null, KeyRefusal.Unknown);
    }
}

/// <summary>The names of the operations that the SOAP service publishes: what a key can be limited to.</summary>
internal sealed record SoapOperationNames(IReadOnlySet<string> All);
