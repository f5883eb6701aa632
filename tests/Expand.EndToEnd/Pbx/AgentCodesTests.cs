using Expand.Phones;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Pbx;

/// <summary>What agents dial (deploy/asterisk/README.md, "Agents at the phone"), as Asterisk's own queue_log has it, on both generations.</summary>
public sealed class AgentCodesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task An_agent_logs_in_pauses_and_logs_out_by_dialling_and_no_code_is_a_call(AsteriskGeneration generation)
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new()
        {
            Generation = generation,
            MoreDialplan = "[globals](+)\nAGENT_QUEUES_106 = 2\n",
        }, Ct);
        await Done("*45105");          // to all
        await Done("*45105");          // again: no news
        await Done("*471*2");          // pauses in one, with a reason
        await Done("*47");             // in all, without
        await Done("*48");
        await Done("*475*1");
        await Done("*48*1");
        await Refused("*479");         // no such reason
        await Refused("*47*9");        // no such queue, which must not mean all
        await Refused("*45");          // nobody
        await Refused("*45105*19");    // the second queue is not there; the first has it already
        await Done("*46*2");
        await Refused("*46*2");        // not there any more
        await Done("*46");
        await Refused("*46");
        await Refused("*48");
        await Done("*45106");          // its own queues
        await Done("*45105*1");
        await Done("*46*21");
        // What is not a digit never gets further than the dialplan's own code.
        await Refused("*47|a&b");
        await Refused("*45${HANGUPCAUSE}");

        Assert.Equal(
            [
                "q_ventas|105|ADDMEMBER|", "q_ventas|105|DEVICE|PJSIP/703", "q_soporte|105|ADDMEMBER|", "q_soporte|105|DEVICE|PJSIP/703",
                "q_soporte|105|PAUSE|Almuerzo", "q_ventas|105|PAUSE|", "q_soporte|105|PAUSE|", "q_ventas|105|UNPAUSE|", "q_soporte|105|UNPAUSE|",
                "q_ventas|105|PAUSE|Tareas administrativas", "q_ventas|105|UNPAUSE|", "q_soporte|105|REMOVEMEMBER|", "q_ventas|105|REMOVEMEMBER|",
                "q_soporte|106|ADDMEMBER|", "q_soporte|106|DEVICE|PJSIP/703", "q_ventas|105|ADDMEMBER|", "q_ventas|105|DEVICE|PJSIP/703",
                "q_soporte|106|REMOVEMEMBER|", "q_ventas|105|REMOVEMEMBER|",
            ],
            Sorted(File.ReadLines(asterisk.QueueLogFile).Select(line => line.Split('|'))
                .Where(f => f[4] is not ("QUEUESTART" or "CONFIGRELOAD" or "PAUSEALL" or "UNPAUSEALL")).Select(f => $"{f[2]}|{f[3]}|{f[4]}|{f[5]}")));
        Assert.False(File.Exists(asterisk.CdrFile) && new FileInfo(asterisk.CdrFile).Length > 0);

        async Task<PhoneCall> Dial(string code)
        {
            var call = asterisk.Phones["703"].Dial(code);
            await call.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
            return call;
        }

        async Task Done(string code) => Assert.True((await Dial(code)).Refusal is null, $"{code} was refused");
        async Task Refused(string code) => Assert.True((await Dial(code)).Refusal is 403, $"{code} was done, or not refused as such");
    }

    /// <summary>Asterisk goes through its queues in an order of its own: lines of one kind that follow each other are put in ours.</summary>
    private static List<string> Sorted(IEnumerable<string> lines)
    {
        var sorted = new List<string>();
        foreach (var line in lines)
        {
            sorted.Add(line);
            if (sorted.Count > 1 && line.StartsWith("q_ventas", StringComparison.Ordinal) && sorted[^2] == line.Replace("q_ventas", "q_soporte", StringComparison.Ordinal)
                && line.EndsWith("PAUSE|", StringComparison.Ordinal))
                (sorted[^1], sorted[^2]) = (sorted[^2], sorted[^1]);
        }

        return sorted;
    }
}
