using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.OutgoingCalls;

/// <summary>Pending calls of the demonstration: late ones, one of this hour, later ones, and one of each end.</summary>
internal sealed class OutgoingCallsDemo(PendingCalls calls, ExpandDb db, TimeProvider clock, ILogger<OutgoingCallsDemo> log) : IDemoPart
{
    private static readonly Example[] Examples =
    [
        new("q_ventas", "acosta", ["099 123 456", "2902 1234"], "Pedro Rodríguez", "Confirmación de contrato ADSL", TimeSpan.FromMinutes(-40), 0),
        new("q_ventas", "", ["098 765 432"], "María Fernández", "Renovación de plan", TimeSpan.FromMinutes(20), 0),
        new("q_ventas", "bnunez", ["+598 94 555 123"], "Supermercado Sur", "Cotización de central telefónica", TimeSpan.FromHours(26), 0),
        new("q_soporte", "", ["2487 0000"], "Farmacia Central", "Seguimiento del reclamo 4512", TimeSpan.FromMinutes(90), 7200),
        new("q_soporte", "cbenitez", ["4722 3344"], "Hotel del Lago", "Visita técnica coordinada", TimeSpan.FromHours(50), 0),
        new("q_soporte", "", ["091 222 333"], "Lucía Silva", "Llamada perdida de ayer", TimeSpan.FromHours(-20), 3600),
        new("q_ventas", "detchegaray", ["2710 9988"], "Estudio Paz", "Alta de servicio", TimeSpan.FromHours(-3), 0) { IsMade = true },
    ];

    public string Name => "outgoing-calls";

    public async Task MakeAsync(CancellationToken ct)
    {
        foreach (var example in Examples)
        {
            // A start that was cut short finds what it made.
            if (await db.Set<OutgoingCall>().AnyAsync(c => c.Queue == example.Queue && c.Contact == example.Contact && c.Subject == example.Subject, ct)) continue;
            await db.InTransactionAsync(async token => await MakeAsync(example, token), ct);
        }
    }

    private async Task<bool> MakeAsync(Example example, CancellationToken ct)
    {
        var date = clock.GetUtcNow() + example.When;
        var (call, failure) = await calls.AddAsync(new OutgoingCallForm(
            example.Queue, example.Phones, example.Contact, example.Subject, date.AddSeconds(-date.Second), example.Expiration, example.Agent,
            [new("Ficha en el CRM", $"https://crm.example.com/clientes?q={Uri.EscapeDataString(example.Contact)}")]), ct);
        if (call is not null && example.IsMade) failure = (await calls.CompleteAsync(call.Id, CallTerms.Any, ct)).Failure;
        if (failure is not null) log.DemoLacks(example.Contact, failure.Message);
        return failure is null;
    }

    /// <summary>A call of the demonstration; <paramref name="When"/> counts from its making.</summary>
    private sealed record Example(string Queue, string Agent, string[] Phones, string Contact, string Subject, TimeSpan When, int Expiration)
    {
        /// <summary>Whether it was made already.</summary>
        public bool IsMade { get; init; }
    }
}
