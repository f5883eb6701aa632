using System.Text;
using Expand.Server.Access;
using Expand.Server.DoNotCall.Imports;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.DoNotCall;

/// <summary>The demonstration's numbers that are not to be called: some that asked for it, a register of some days ago, and a customer who may be called all the same.</summary>
internal sealed class DoNotCallDemo(
    NumberLists lists, ListedNumbers numbers, NumberImports imports, Exemptions exemptions, LocalTime time, ILogger<DoNotCallDemo> log) : IDemoPart
{
    private const string Own = "Pedidos de baja";
    private const string Register = "No Llame";

    private static readonly (string Number, string? Note)[] Asked =
    [
        ("099 310 222", "Lo pidió por teléfono"), ("2901 5566", "Reclamo por llamadas repetidas"), ("098 777 001", null), ("4332 1188", "Pidió no recibir publicidad"),
    ];

    /// <summary>Of the register's day; numbers that nobody has.</summary>
    private const int RegisterDays = 12;
    private const int RegisterNumbers = 400;

    public string Name => "donotcall";

    public async Task MakeAsync(CancellationToken ct)
    {
        if (await ListAsync(NumberListKind.Installation, Own, ct) is { } own)
        {
            foreach (var (number, note) in Asked) Lacks(number, (await numbers.AddAsync(own.Id, number, note, Actor.System, ct)).Failure);
        }

        if (await ListAsync(NumberListKind.Registry, Register, ct) is not { } register || register.IssuedOn is not null) return;
        var text = string.Join('\n', Enumerable.Range(0, RegisterNumbers).Select(i => $"0990{i * 37 % 100_000:00000}"));
        var file = await UploadedFile.ReceiveAsync("NoLlame.txt", new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => Task.CompletedTask, ct);
        var plan = new NumberImportPlan(register, new CsvShape(';', CsvEncoding.Utf8, false), new NumberColumns(0), Actor.System, time.Today().AddDays(-RegisterDays));
        var (import, refused) = await imports.RunAsync(plan, file, ct);
        Lacks(Register, refused ?? import!.Failure);
        Lacks("exemption", (await exemptions.AddAsync(new ExemptionForm("0990 00037", "Cliente con contrato vigente"), Actor.System, ct)).Failure);
    }

    /// <summary>A start that was cut short made it already.</summary>
    private async Task<NumberList?> ListAsync(NumberListKind kind, string name, CancellationToken ct)
    {
        if (await lists.FindAsync(name, ct) is { } known) return known;
        var (list, failure) = await lists.AddAsync(new NumberListForm(kind, name), Actor.System, ct);
        Lacks(name, failure);
        return list;
    }

    private void Lacks(string what, Failure? failure)
    {
        if (failure is not null) log.DemoLacks(what, failure.Message);
    }
}
