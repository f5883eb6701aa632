using Expand.Asterisk.Ami;

namespace Expand.Server.Pbx;

/// <summary>What the PBX answered to a command about a queue's member.</summary>
internal enum MemberAnswer
{
    /// <summary>Done, or it was so already.</summary>
    Done,

    /// <summary>The PBX refused: no such queue, no such member.</summary>
    Refused,

    /// <summary>No answer: the connection is down, went down, or the PBX is too slow.</summary>
    Unreachable,
}

/// <summary>Commands about the members of queues. Values must be checked before: a line break in one would end its header.</summary>
internal sealed class PbxMembers(PbxConnection connection, ILogger<PbxMembers> log)
{
    /// <summary>
    /// Takes a device into a queue, under the agent's number; a device that is there already counts as done. The queue_log's ADDMEMBER does
    /// not name the device: it is written there as well, as our dialplan does after a login at the phone.
    /// </summary>
    public Task<MemberAnswer> AddAsync(string queue, string agent, string device, int penalty, CancellationToken ct) =>
        AskAsync(
            new AmiAction("QueueAdd")
            {
                { "Queue", queue }, { "Interface", device }, { "MemberName", agent }, { "StateInterface", device },
                { "Penalty", penalty.ToString(System.Globalization.CultureInfo.InvariantCulture) }, { "Paused", "false" },
            },
            "Already there", ct,
            new AmiAction("QueueLog") { { "Queue", queue }, { "Event", "DEVICE" }, { "Interface", agent }, { "Message", device } });

    /// <summary>Takes a device out of a queue; one that is not there counts as done.</summary>
    public Task<MemberAnswer> RemoveAsync(string queue, string device, CancellationToken ct) =>
        AskAsync(new AmiAction("QueueRemove") { { "Queue", queue }, { "Interface", device } }, "Not there", ct);

    /// <summary>Pauses a device in a queue, with a reason or with none.</summary>
    public Task<MemberAnswer> PauseAsync(string queue, string device, string reason, CancellationToken ct)
    {
        var action = new AmiAction("QueuePause") { { "Queue", queue }, { "Interface", device }, { "Paused", "true" } };
        if (reason.Length > 0) action.Add("Reason", reason);
        return AskAsync(action, null, ct);
    }

    /// <summary>Ends a pause.</summary>
    public Task<MemberAnswer> UnpauseAsync(string queue, string device, CancellationToken ct) =>
        AskAsync(new AmiAction("QueuePause") { { "Queue", queue }, { "Interface", device }, { "Paused", "false" } }, null, ct);

    /// <param name="action">What is asked.</param>
    /// <param name="soAlready">What a refusal says where it is so already.</param>
    /// <param name="ct">Ends waiting for the answer.</param>
    /// <param name="note">Asked after it was done; what is answered to that changes nothing of it.</param>
    private async Task<MemberAnswer> AskAsync(AmiAction action, string? soAlready, CancellationToken ct, AmiAction? note = null)
    {
        try
        {
            var answer = await connection.Client.SendAsync(action, ct);
            if (answer.IsSuccess && note is not null) await AskAsync(note, null, ct);
            if (answer.IsSuccess || (soAlready is not null && answer.MessageText?.Contains(soAlready, StringComparison.OrdinalIgnoreCase) == true)) return MemberAnswer.Done;
            log.MemberRefused(action.Name, answer.MessageText);
            return MemberAnswer.Refused;
        }
        catch (Exception failure) when (failure is AmiConnectionLostException or TimeoutException)
        {
            log.MemberUnanswered(action.Name, failure.Message);
            return MemberAnswer.Unreachable;
        }
    }
}
