using Expand.Server.Forms;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Tests.Forms;

/// <summary>What a form may be, and what may be filled in, without any database.</summary>
public sealed class FormRulesTests
{
    private static readonly IReadOnlyList<FormField> Fields = FormsWorld.Definition("f").Fields!;

    [Theory]
    [InlineData("""{"name":"encuesta-2.b","title":"T","fields":[{"name":"a","label":"A"}]}""", null)]
    [InlineData("""{"name":"e","title":"T","queues":["q_ventas"],"fields":[{"name":"a","label":"A","kind":"choice","several":true,"options":[{"value":"x"}]}]}""", null)]
    [InlineData("""{"title":"T","fields":[{"name":"a","label":"A"}]}""", "name")]
    [InlineData("""{"name":"12","title":"T","fields":[{"name":"a","label":"A"}]}""", "name")]
    [InlineData("""{"name":"a b","title":"T","fields":[{"name":"a","label":"A"}]}""", "name")]
    [InlineData("""{"name":"a/b","title":"T","fields":[{"name":"a","label":"A"}]}""", "name")]
    [InlineData("""{"name":"e","title":"","fields":[{"name":"a","label":"A"}]}""", "title")]
    [InlineData("""{"name":"e","title":"a\u0000","fields":[{"name":"a","label":"A"}]}""", "title")]
    [InlineData("""{"name":"e","title":"T","queues":["a b"],"fields":[{"name":"a","label":"A"}]}""", "queues")]
    [InlineData("""{"name":"e","title":"T","queues":[null],"fields":[{"name":"a","label":"A"}]}""", "queues")]
    [InlineData("""{"name":"e","title":"T"}""", "fields")]
    [InlineData("""{"name":"e","title":"T","fields":[]}""", "fields")]
    [InlineData("""{"name":"e","title":"T","fields":[null]}""", "fields[0]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A"},{"name":"a","label":"B"}]}""", "fields[1]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a"}]}""", "fields[0]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"ñ","label":"A"}]}""", "fields[0]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","kind":"choice"}]}""", "fields[0]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","options":[{"value":"x"}]}]}""", "fields[0]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","kind":"choice","options":[{"value":"x"},{"value":"x"}]}]}""", "fields[0]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","kind":"choice","options":[{"label":"x"}]}]}""", "fields[0]")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","kind":"choice","options":[null]}]}""", "fields[0]")]
    public void A_definition_that_breaks_a_rule_is_told_where(string json, string? field)
    {
        var (definition, problem) = BodyJson.Read<FormDefinition>(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Null(problem);
        Assert.Equal(field, definition!.Validate()?.Fields?.Keys.Single());
    }

    [Theory]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","kind":"colour"}]}""")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","kind":1}]}""")]
    [InlineData("""{"name":"e","title":"T","fields":[{"name":"a","label":"A","mandatory":true}]}""")]
    [InlineData("""{"name":"e","title":"T","fields":"a"}""")]
    public void A_definition_of_another_shape_is_not_read(string json) =>
        Assert.NotNull(BodyJson.Read<FormDefinition>(System.Text.Encoding.UTF8.GetBytes(json)).Problem);

    [Fact]
    public void Values_are_kept_by_field_in_the_forms_order_with_what_the_agent_read()
    {
        var (data, failure) = FormData.Write(Fields, FormsWorld.Values(
            ("plan", ["adsl", "fibra", "adsl"]), ("visita", ["2026-12-24", " "]), ("edad", ["-3.50"]), ("codigofeliz", ["  Ñandú\nde dos líneas "])));
        Assert.Null(failure);
        Assert.Equal(
            """{"codigofeliz":[{"label":"codigofeliz","value":"Ñandú\nde dos líneas"}],"edad":[{"label":"Edad","value":"-3.50"}],"visita":[{"label":"Visita","value":"2026-12-24"}],"plan":[{"label":"adsl","value":"adsl"},{"label":"Fibra 300","value":"fibra"}]}""",
            data);
        Assert.Equal(["codigofeliz", "edad", "visita", "plan"], FormData.Read(data!).Keys);
    }

    [Fact]
    public void Every_wrong_value_is_refused_by_its_field()
    {
        var (_, failure) = FormData.Write(Fields, FormsWorld.Values(
            ("codigofeliz", [" "]), ("edad", ["doce"]), ("visita", ["24/12/2026"]), ("plan", ["cobre"]), ("color", ["rojo"])));
        Assert.Equal(["codigofeliz", "color", "edad", "plan", "visita"], failure!.Fields!.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("codigofeliz", "a", "b")]
    [InlineData("codigofeliz", "a\0")]
    [InlineData("edad", "1,5")]
    [InlineData("edad", "1e5")]
    [InlineData("edad", "٣")]
    [InlineData("edad", "99999999999999999999999999999999")]
    [InlineData("visita", "2026-02-30")]
    [InlineData("visita", "2026-12-24", "x")]
    [InlineData("plan", "Fibra 300")]
    public void A_wrong_value_is_refused(string field, params string[] values)
    {
        var all = FormsWorld.Values(("codigofeliz", ["x"]));
        all[field] = values;
        Assert.Equal([field], FormData.Write(Fields, all).Failure!.Fields!.Keys);
    }

    [Fact]
    public void Texts_and_lists_of_values_end_somewhere_and_hold_whole_characters()
    {
        Assert.NotNull(FormData.Write(Fields, FormsWorld.Values(("codigofeliz", ["a" + (char)0xd800]))).Failure);
        Assert.Null(FormData.Write(Fields, FormsWorld.Values(("codigofeliz", [new string('x', 4000)]))).Failure);
        Assert.NotNull(FormData.Write(Fields, FormsWorld.Values(("codigofeliz", [new string('x', 4001)]))).Failure);
        Assert.NotNull(FormData.Write(Fields, FormsWorld.Values(("codigofeliz", ["x"]), ("visita", [.. Enumerable.Repeat("2026-12-24", 51)]))).Failure);
    }

    [Fact]
    public void An_id_is_seconds_the_process_and_a_counter_that_begins_anew()
    {
        var ids = new EntryIds([0xd0, 0x4d, 0x72, 0x23, 0x30], 0xFFFFFE);
        var at = DateTimeOffset.FromUnixTimeSeconds(0x59c14bc9).AddMilliseconds(824);
        Assert.Equal(
            ["59c14bc9d04d722330ffffff", "59c14bc9d04d722330000000", "59c14bc9d04d722330000001"],
            Enumerable.Range(0, 3).Select(_ => ids.Next(at)));
        var many = new EntryIds();
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).AsParallel().Select(_ => many.Next(at)).Distinct().Count());
    }
}
