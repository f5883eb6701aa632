using System.Text.RegularExpressions;
using Expand.Asterisk.Ami;

namespace Expand.Server.Pbx;

/// <summary>
/// Recording of a part of a call that goes on. The AMI action MixMonitor wants the class <c>system</c>, which could run any program (measured on
/// Asterisk 16 and 22); a recording needs the class <c>originate</c> only: a Local channel whose one side listens to the agent's channel and whose
/// other side writes what it hears into Asterisk's monitor folder (deploy/asterisk, context <c>expand-recording</c>). It ends when its channel is hung
/// up, or with the channel that it listens to.
/// </summary>
internal sealed partial class PbxRecording(PbxConnection connection, ILogger<PbxRecording> log)
{
    /// <summary>The dialplan's context that records.</summary>
    public const string Context = "expand-recording";

    /// <summary>Characters of a file's name at most.</summary>
    public const int NameLength = 100;

    /// <summary>The Uniqueid of the side that writes: the one that <see cref="RecordingStarted"/> names.</summary>
    public static string WriterOf(string channelId) => OriginateAction.OtherHalf(channelId);

    /// <summary>Whether a file may be called so: nothing that leads out of the folder, and nothing that means something to the dialplan.</summary>
    public static bool IsName(string file) => file.Length is > 0 and <= NameLength && Name().IsMatch(file);

    /// <summary>Asks for a recording, once; that it runs is told by <see cref="RecordingStarted"/>.</summary>
    /// <param name="channelId">The Uniqueid that the recording's channel will have.</param>
    /// <param name="heard">The Uniqueid of the channel whose both sides are recorded.</param>
    /// <param name="file">The file's name without <c>.wav</c>.</param>
    /// <param name="ct">Ends waiting for the answer.</param>
    public async Task<OrderAnswer> StartAsync(string channelId, string heard, string file, CancellationToken ct)
    {
        if (!IsName(file)) throw new ArgumentException("no name of a recording", nameof(file));
        try
        {
            var answer = await connection.Client.SendAsync(Action(channelId, heard, file), ct);
            if (answer.IsSuccess) return OrderAnswer.Accepted;
            log.OriginateRefused(channelId, answer.MessageText);
            return OrderAnswer.Refused;
        }
        catch (AmiConnectionLostException lost)
        {
            log.OriginateUnsent(channelId, lost.Message);
            return lost.MayHaveBeenSent ? OrderAnswer.Unknown : OrderAnswer.Unreachable;
        }
        catch (TimeoutException)
        {
            log.OriginateUnanswered(channelId);
            return OrderAnswer.Unknown;
        }
    }

    private static AmiAction Action(string channelId, string heard, string file) => new("Originate")
    {
        { "Channel", $"Local/write@{Context}/n" },
        { "Context", Context },
        { "Exten", "listen" },
        { "Priority", "1" },
        { "Timeout", "5000" },
        { "Async", "true" },
        { "ChannelId", channelId },
        { "OtherChannelId", WriterOf(channelId) },
        { "Variable", $"EXPAND_HEARD={OriginateAction.Escaped(heard)}" },
        { "Variable", $"EXPAND_PART={OriginateAction.Escaped(file)}" },
    };

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
