using Expand.Server.Activity;
using Expand.Server.Queues;

namespace Expand.Server.Tests.Queues;

/// <summary>The texts and sums of agentData.</summary>
public sealed class AgentFiguresTests
{
    /// <summary>The five rows that the contract's original shows, each from its inputs.</summary>
    public static TheoryData<long[], string> Samples => new()
    {
        {
            [25840, 3483, 2077, 13, 0, 8],
            "07h 10' 40''|25840|00h 58' 03''|3483|00h 02' 40''|159.76923076923|00h 34' 37''|2077|00h 00' 00''|0|05h 38' 00''|20280|13|0|13|8|0|0|0|0"
        },
        {
            [20750, 4657, 2649, 13, 1, 23],
            "05h 45' 50''|20750|01h 17' 37''|4657|00h 03' 24''|203.76923076923|00h 44' 09''|2649|00h 00' 00''|0|03h 44' 04''|13444|13|1|14|23|0|0|0|0"
        },
        {
            [24425, 6572, 1177, 14, 0, 7],
            "06h 47' 05''|24425|01h 49' 32''|6572|00h 01' 24''|84.071428571429|00h 19' 37''|1177|00h 00' 00''|0|04h 37' 56''|16676|14|0|14|7|0|0|0|0"
        },
        {
            [25207, 3978, 2387, 16, 0, 75],
            "07h 00' 07''|25207|01h 06' 18''|3978|00h 02' 29''|149.1875|00h 39' 47''|2387|00h 00' 00''|0|05h 14' 02''|18842|16|0|16|75|0|0|0|0"
        },
        {
            [25112, 6444, 3426, 14, 0, 30],
            "06h 58' 32''|25112|01h 47' 24''|6444|00h 04' 05''|244.71428571429|00h 57' 06''|3426|00h 00' 00''|0|04h 14' 02''|15242|14|0|14|30|0|0|0|0"
        },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_originals_rows_come_out_with_all_their_numbers(long[] sums, string row)
    {
        var totals = new AgentTotals("152", sums[0], sums[1], sums[2], 0, (int)sums[3], (int)sums[4], (int)sums[5], 0, 0, 0, 0);
        Assert.Equal(row.Split('|'), AgentFigures.Of(totals).Select(f => f.Value));
    }

    [Fact]
    public void The_attributes_stand_in_the_contracts_order() =>
        Assert.Equal(
            "logueado logueadoSeg pausado pausadoSeg promedio promedioSeg hablado habladoSeg habladoSaliente habladoSalienteSeg disponible disponibleSeg "
            + "atendidas perdidas presentadas salientes entrantes entrantesTransferidas atendidasCortas promedioEntranteYSaliente",
            string.Join(' ', AgentFigures.Of(new AgentTotals("1", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).Select(f => f.Name)));

    [Theory]
    [InlineData(0, "00h 00' 00''")]
    [InlineData(59, "00h 00' 59''")]
    [InlineData(3600, "01h 00' 00''")]
    [InlineData(359_999, "99h 59' 59''")]
    [InlineData(3_600_000, "1000h 00' 00''")]
    [InlineData(-65, "-00h 01' 05''")]
    public void A_duration_has_hours_minutes_and_seconds(long seconds, string text) => Assert.Equal(text, AgentFigures.Duration(seconds));

    [Theory]
    [InlineData(0, 0, "0")]
    [InlineData(0, 3, "0")]
    [InlineData(9, 3, "3")]
    [InlineData(1, 3, "0.33333333333333")]
    [InlineData(2, 3, "0.66666666666667")]
    [InlineData(1, 2, "0.5")]
    [InlineData(100_000_000, 3, "33333333.333333")]
    [InlineData(1, 1000, "0.001")]
    public void A_mean_is_printed_as_PHP_prints_it(long sum, long count, string text) => Assert.Equal(text, AgentFigures.Mean(sum, count));

    [Theory]
    [InlineData(5, 2, 3)]
    [InlineData(149, 100, 1)]
    [InlineData(150, 100, 2)]
    [InlineData(0, 5, 0)]
    [InlineData(7, 0, 0)]
    public void A_means_text_rounds_halves_up(long sum, long count, long seconds) => Assert.Equal(seconds, AgentFigures.RoundedMean(sum, count));

    [Fact]
    public void The_mean_of_both_directions_counts_what_was_talked_on_only_and_is_0_without_outgoing_talk()
    {
        var totals = new AgentTotals("1", 1000, 0, 100, 50, 3, 0, 9, 2, 0, 0, 0);
        Assert.Equal("30", AgentFigures.MeanOfBoth(totals));
        Assert.Equal("0", AgentFigures.MeanOfBoth(totals with { OutgoingTalk = 0 }));
        Assert.Equal(850, AgentFigures.Available(totals));
    }
}
