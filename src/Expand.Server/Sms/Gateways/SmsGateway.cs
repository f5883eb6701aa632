namespace Expand.Server.Sms.Gateways;

/// <summary>What became of a message that a gateway was asked to send.</summary>
internal enum GatewayEnd
{
    /// <summary>The gateway has it.</summary>
    Accepted,

    /// <summary>It never will.</summary>
    Refused,

    /// <summary>It certainly has it not; later it may take it.</summary>
    Later,

    /// <summary>It may have it.</summary>
    Unknown,
}

/// <summary>A gateway's answer.</summary>
/// <param name="End">What became of it.</param>
/// <param name="Words">The answer's own words, in short.</param>
/// <param name="Id">The id that the gateway gave the message.</param>
/// <param name="Wait">How long the gateway wishes to be left alone.</param>
internal sealed record GatewayAnswer(GatewayEnd End, string Words, string? Id = null, TimeSpan? Wait = null);

/// <summary>A message as a gateway is given it.</summary>
/// <param name="RecipientId">Names it in this installation.</param>
/// <param name="To">The number.</param>
/// <param name="From">The sender; empty: the gateway's own.</param>
/// <param name="Text">The text.</param>
/// <param name="Encoding">What it is sent as.</param>
/// <param name="Report">What its reports bring with them; null: none are wanted.</param>
internal sealed record Parcel(long RecipientId, string To, string From, string Text, SmsEncoding Encoding, ReportTicket? Report);

/// <summary>A way for messages to leave.</summary>
internal interface ISmsGateway
{
    /// <summary>Whether the fate of every message is reported: of one in doubt that nothing is heard of it is then known that it never arrived.</summary>
    bool ReportsEvery { get; }

    /// <summary>Asks it to send a message. Every end is a value.</summary>
    Task<GatewayAnswer> SendAsync(Parcel parcel, CancellationToken ct);
}
