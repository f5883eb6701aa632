using System.Text;
using Expand.Server.Access;
using Expand.Server.Forms;
using Expand.Server.Forms.Pages;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Tests.Forms;

/// <summary>What the pages of forms rest upon: changes by people who saw a form, entries page by page, their export, proposed names.</summary>
public sealed class FormPagesTests(FormsWorld world) : IClassFixture<FormsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_somebody_else_changed_or_made_or_removed_is_not_overwritten()
    {
        var form = FormsWorld.Definition("concurrent");
        Assert.Null(await world.Forms.DefineAsync(form, new SeenForm(null), Actor.System, Ct));
        Assert.Equal(FailureKind.Conflict, (await world.Forms.DefineAsync(form with { Title = "Otra" }, new SeenForm(null), Actor.System, Ct))!.Kind);
        var seen = (await world.Forms.FindAsync("concurrent", Ct))!;
        Assert.Null(await world.Forms.DefineAsync(form with { Title = "Primera" }, new SeenForm(seen), Actor.System, Ct));
        Assert.Equal(FailureKind.Changed, (await world.Forms.DefineAsync(form with { Title = "Segunda" }, new SeenForm(seen), Actor.System, Ct))!.Kind);
        var now = (await world.Forms.FindAsync("concurrent", Ct))!;
        Assert.Equal("Primera", now.Title);
        Assert.Null(await world.Forms.RemoveAsync("concurrent", Actor.System, Ct));
        Assert.Equal(FailureKind.NotFound, (await world.Forms.DefineAsync(form, new SeenForm(now), Actor.System, Ct))!.Kind);
        Assert.Null(await world.Forms.FindAsync("concurrent", Ct));
    }

    [Fact]
    public async Task Entries_are_paged_from_the_newest_one_and_of_a_period_both_days_count()
    {
        Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition("paged"), Actor.System, Ct));
        var form = (await world.Forms.FindAsync("paged", Ct))!;
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await world.Entries.FillInAsync(FormsWorld.Draft("paged", i), Ct)).Value!.Id);
            // Two of the five at the same instant.
            if (i != 2) world.Clock.Advance(TimeSpan.FromHours(1));
        }

        var first = await world.Entries.NewestAsync(form.Id, null, null, null, 2, Ct);
        var second = await world.Entries.NewestAsync(form.Id, null, null, first[^1], 2, Ct);
        var third = await world.Entries.NewestAsync(form.Id, null, null, second[^1], 2, Ct);
        Assert.Equal(made.AsEnumerable().Reverse(), first.Concat(second).Concat(third).Select(e => e.Id));
        var time = world.Host.Get<LocalTime>();
        var day = time.Format(first[^1].Timestamp)[..10];
        Assert.Equal(5, (await world.Entries.NewestAsync(form.Id, FormFiles.First(time.Format(second[^1].Timestamp)[..10], time), FormFiles.Last(day, time), null, 10, Ct)).Count);
        Assert.Equal("999999", FormFiles.Last(day, time)!.Value.ToString("ffffff", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Entries_are_exported_with_a_column_for_each_field_and_what_fields_that_are_gone_said()
    {
        var definition = FormsWorld.Definition("exported");
        Assert.Null(await world.Forms.DefineAsync(definition, Actor.System, Ct));
        var draft = FormsWorld.Draft("exported") with { Values = FormsWorld.Values(("codigofeliz", ["=1"]), ("edad", ["33.5"]), ("plan", ["fibra", "adsl"])) };
        Assert.Null((await world.Entries.FillInAsync(draft, Ct)).Failure);
        Assert.Null(await world.Forms.DefineAsync(definition with { Fields = [.. definition.Fields!.Where(f => f.Name != "edad")] }, Actor.System, Ct));

        await using var scope = world.Host.Scope();
        var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Response.Body = body;
        var form = (await world.Forms.FindAsync("exported", Ct))!;
        await FormFiles.Table(form, null, null, world.Entries, scope.ServiceProvider.GetRequiredService<IStringLocalizer<FormText>>(), Ct).ExecuteAsync(http);
        var lines = Encoding.UTF8.GetString(body.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.EndsWith(",codigofeliz,Visita,Plan,Campos de antes", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",'=1,,Fibra 300; adsl,edad: 33.5", lines[1], StringComparison.Ordinal);
        Assert.Contains(",cguerra,ope,91662,", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fecha de instalación", "fecha_de_instalacion")]
    [InlineData("¿Cuántos?", "cuantos")]
    [InlineData("2º piso", "campo_2_piso")]
    [InlineData("Plan", "plan_2")]
    [InlineData("¿?", "")]
    public void A_name_is_proposed_from_the_label(string label, string name)
    {
        var draft = new Expand.Server.Forms.Pages.FormDraft();
        draft.Fields.Add(new FieldDraft { Label = "Plan", Name = "plan" });
        var field = new FieldDraft { Label = label };
        draft.Fields.Add(field);
        Assert.Equal(name, draft.NameFor(field));
    }

    [Fact]
    public void What_is_wrong_with_a_field_is_said_at_its_part_in_the_visitors_language()
    {
        var texts = world.Host.Get<IStringLocalizer<FormText>>();
        FormField good = new() { Name = "a", Label = "A" };
        (FormField Field, string Part)[] wrong =
        [
            (good with { Name = "1" }, "name"), (good, "name"), (good with { Name = "b", Label = " " }, "label"),
            (good with { Name = "b", Kind = FormFieldKind.Choice, Options = [] }, "options"),
            (good with { Name = "b", Kind = FormFieldKind.Choice, Options = [new() { Value = "x" }, new() { Value = "x" }] }, "options"),
            (good with { Name = "b", Kind = FormFieldKind.Choice, Options = [new() { Value = " x" }] }, "options"),
        ];
        foreach (var (field, part) in wrong)
        {
            var failure = new FormDefinition { Name = "f", Title = "F", Fields = [good, field] }.Validate();
            Assert.Null(FieldWrong.At(failure, 0, texts));
            var told = FieldWrong.At(failure, 1, texts)!;
            Assert.Equal(part, told.Part);
            // A rule that has no words of its own would be told as the API words it.
            Assert.NotEqual(failure!.Fields!["fields[1]"][0], told.Text);
        }
    }
}
