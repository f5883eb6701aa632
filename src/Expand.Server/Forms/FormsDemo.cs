using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Forms;

/// <summary>The demonstration's form, a sale agreed to on the phone, and some entries of it.</summary>
internal sealed class FormsDemo(FormDefinitions forms, FormEntries entries, ILogger<FormsDemo> log) : IDemoPart
{
    private static readonly FormDefinition Sale = new()
    {
        Name = "venta",
        Title = "Venta telefónica",
        Queues = ["q_ventas"],
        Fields =
        [
            new() { Name = "documento", Label = "Documento", Required = true },
            new()
            {
                Name = "plan", Label = "Plan", Kind = FormFieldKind.Choice, Required = true,
                Options = [new() { Value = "fibra300", Label = "Fibra 300" }, new() { Value = "fibra600", Label = "Fibra 600" }, new() { Value = "adsl", Label = "ADSL" }],
            },
            new()
            {
                Name = "adicionales", Label = "Adicionales", Kind = FormFieldKind.Choice, Several = true,
                Options = [new() { Value = "tv", Label = "Televisión" }, new() { Value = "ipfija", Label = "IP fija" }, new() { Value = "wifi", Label = "Wi-Fi en toda la casa" }],
            },
            new() { Name = "cuota", Label = "Cuota mensual", Kind = FormFieldKind.Number },
            new() { Name = "instalacion", Label = "Fecha de instalación", Kind = FormFieldKind.Date },
            new() { Name = "observaciones", Label = "Observaciones" },
        ],
    };

    private static readonly (string Agent, string Extension, long Call, string[][] Values)[] Entries =
    [
        ("acosta", "PJSIP/701", 91662, [["documento", "3.123.456-0"], ["plan", "fibra600"], ["adicionales", "tv", "wifi"], ["cuota", "1890"], ["instalacion", "2026-12-03"]]),
        ("bnunez", "PJSIP/702", 91670, [["documento", "4.555.210-7"], ["plan", "adsl"], ["cuota", "990.50"], ["observaciones", "Llamar antes de ir."]]),
        ("detchegaray", "PJSIP/704", 91688, [["documento", "2.087.334-1"], ["plan", "fibra300"], ["adicionales", "ipfija"], ["instalacion", "2026-12-10"]]),
    ];

    public string Name => "forms";

    public async Task MakeAsync(CancellationToken ct)
    {
        if (await forms.DefineAsync(Sale, Actor.System, ct) is { } refused)
        {
            log.DemoLacks(Sale.Name!, refused.Message);
            return;
        }

        var form = (await forms.FindAsync(Sale.Name!, ct))!;
        foreach (var (agent, extension, call, values) in Entries)
        {
            // A start that was cut short finds what it made.
            if (await entries.FindAsync(form.Id, call, ct) is not null) continue;
            var made = await entries.FillInAsync(new FormEntryDraft(
                Sale.Name!, agent, "q_ventas", call, $"1505840001.{call}", extension, $"demo-{call}", $"demo-{call}-1", "",
                values.ToDictionary(v => v[0], v => (IReadOnlyList<string>)v[1..])), ct);
            if (made.Failure is { } failure) log.DemoLacks($"entry {call}", failure.Message);
        }
    }
}
