using System.Globalization;
using Expand.Server.Activity;

namespace Expand.Server.Queues;

/// <summary>How agentData writes an agent's sums (contract, soap.md "Call centre").</summary>
internal static class AgentFigures
{
    /// <summary>A number of seconds as <c>07h 10' 40''</c>.</summary>
    public static string Duration(long seconds)
    {
        var size = Math.Abs(seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{(seconds < 0 ? "-" : "")}{size / 3600:00}h {size / 60 % 60:00}' {size % 60:00}''");
    }

    /// <summary>The mean as PHP prints a float, which is 14 significant digits without trailing zeros; <c>0</c> of none.</summary>
    public static string Mean(long sum, long count) =>
        count == 0 ? "0" : ((double)sum / count).ToString("G14", CultureInfo.InvariantCulture);

    /// <summary>The same rounded to the second, halves up.</summary>
    public static long RoundedMean(long sum, long count) => count == 0 ? 0 : ((2 * sum) + count) / (2 * count);

    /// <summary>Logged in, and neither paused nor talking.</summary>
    public static long Available(AgentTotals totals) => totals.Logged - totals.Paused - totals.Talk - totals.OutgoingTalk;

    /// <summary>The mean of all talk, incoming and outgoing; <c>0</c> where there was no outgoing talk.</summary>
    public static string MeanOfBoth(AgentTotals totals) =>
        totals.OutgoingTalk == 0 ? "0" : Mean(totals.Talk + totals.OutgoingTalk, totals.Answered + totals.OutgoingAnswered);

    /// <summary>All attributes of agentData after <c>agente</c>, in the contract's order.</summary>
    public static IEnumerable<(string Name, string Value)> Of(AgentTotals totals)
    {
        var mean = RoundedMean(totals.Talk, totals.Answered);
        yield return ("logueado", Duration(totals.Logged));
        yield return ("logueadoSeg", Number(totals.Logged));
        yield return ("pausado", Duration(totals.Paused));
        yield return ("pausadoSeg", Number(totals.Paused));
        yield return ("promedio", Duration(mean));
        yield return ("promedioSeg", Mean(totals.Talk, totals.Answered));
        yield return ("hablado", Duration(totals.Talk));
        yield return ("habladoSeg", Number(totals.Talk));
        yield return ("habladoSaliente", Duration(totals.OutgoingTalk));
        yield return ("habladoSalienteSeg", Number(totals.OutgoingTalk));
        yield return ("disponible", Duration(Available(totals)));
        yield return ("disponibleSeg", Number(Available(totals)));
        yield return ("atendidas", Number(totals.Answered));
        yield return ("perdidas", Number(totals.Lost));
        yield return ("presentadas", Number(totals.Answered + totals.Lost));
        yield return ("salientes", Number(totals.Outgoing));
        yield return ("entrantes", Number(totals.Direct));
        yield return ("entrantesTransferidas", Number(totals.Transferred));
        yield return ("atendidasCortas", Number(totals.Short));
        yield return ("promedioEntranteYSaliente", MeanOfBoth(totals));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
