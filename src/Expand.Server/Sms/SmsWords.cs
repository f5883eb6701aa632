namespace Expand.Server.Sms;

/// <summary>The words of the APIs.</summary>
internal static class SmsWords
{
    public const string Pending = "PENDING";
    public const string Sent = "SENT";
    public const string Error = "ERROR";
    public const string Draft = "DRAFT";

    /// <summary>Where a message stands with one recipient.</summary>
    public static string Of(SmsState state) => state switch
    {
        SmsState.Pending => Pending,
        SmsState.Sending => "SENDING",
        SmsState.Unknown => "UNKNOWN",
        SmsState.Accepted => Sent,
        SmsState.Delivered => "DELIVERED",
        _ => Error,
    };

    /// <summary>Where a message stands (contract, soap.md "SMS"): PENDING while any recipient's is, else ERROR where any failed, else SENT.</summary>
    public static string Of(SmsTally tally) => tally.IsDraft ? Draft : tally.Open > 0 ? Pending : tally.Failed > 0 ? Error : Sent;

    /// <summary>Why it failed.</summary>
    public static string Of(SmsFailure failure, string? reason) => failure switch
    {
        SmsFailure.Unknown => "unknown whether it was sent",
        SmsFailure.NotTaken => $"the gateway could not be given it: {reason}",
        SmsFailure.Undelivered => reason is { Length: > 0 } ? $"not delivered: {reason}" : "not delivered",
        SmsFailure.Listed => $"not sent: the do-not-call list {reason} has the number",
        SmsFailure.RegisterExpired => $"not sent: the do-not-call register {reason} has expired",
        SmsFailure.Refused => $"refused by the gateway: {reason}",
        _ => reason ?? "",
    };
}

/// <summary>How many recipients of a message stand where. Public because components are.</summary>
/// <param name="IsDraft">Whether it is a draft.</param>
/// <param name="Recipients">All of them.</param>
/// <param name="Open">Not sent yet, being sent, or in doubt.</param>
/// <param name="Accepted">The gateway has it.</param>
/// <param name="Delivered">The telephone has it.</param>
/// <param name="Failed">It will not arrive.</param>
/// <param name="Listed">Of those, they are not to be called and were not sent it.</param>
public sealed record SmsTally(bool IsDraft, int Recipients, int Open, int Accepted, int Delivered, int Failed, int Listed = 0);
