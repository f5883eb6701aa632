using Expand.Server.Cdr;

namespace Expand.Server.Tests.Cdr;

public sealed class CdrTemplateTests
{
    private static readonly CustomRow Row = new(
        7, new CallRow("1.2", "701", "702", "internal", "\"Ana\" <701>", "c", "d", "Dial", "data", default, 31, 30, "ANSWERED"), "mío",
        "contrato=9, Obs = a=b ,vacía=,=x");

    [Theory]
    [InlineData("{disposition}", "ANSWERED")]
    [InlineData("{DISPOSITION} ({callinfo.contrato})", "ANSWERED (9)")]
    [InlineData("{callinfo.obs}", "a=b")]
    [InlineData("{callinfo.vacía}{callinfo.missing}", "{callinfo.vacía}")]
    [InlineData("{src}>{dst} {duration}/{billsec} {userfield}", "701>702 31/30 mío")]
    [InlineData("plain { } {}", "plain { } {}")]
    [InlineData("", "")]
    public void Names_in_braces_become_the_calls_fields(string template, string expected) => Assert.Equal(expected, new CdrTemplate(template).Render(Row));

    [Theory]
    [InlineData("{nonsense}", "nonsense")]
    [InlineData("{src} {callinfo.}", "callinfo.")]
    [InlineData("{src} {callinfo.x}", null)]
    public void A_name_that_is_no_field_is_found_before_the_start(string template, string? unknown) => Assert.Equal(unknown, CdrTemplate.FirstUnknown(template));
}
