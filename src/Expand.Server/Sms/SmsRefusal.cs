using System.Globalization;
using System.Text.Json;
using Expand.Server.DoNotCall;

namespace Expand.Server.Sms;

/// <summary>How a recipient begins: pending, or failed where it is not to be sent a promotional message.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="List">The list that has the number, or the register that has expired.</param>
/// <param name="Steps">Its steps, as they are stored.</param>
internal readonly record struct SmsRefusal(SmsState State, SmsFailure Failure, string? List, string Steps)
{
    /// <param name="verdict">What speaks against it; null where nothing does.</param>
    /// <param name="now">When that was asked.</param>
    public static SmsRefusal Of(DoNotCallVerdict? verdict, DateTimeOffset now) => verdict is null or { MayBeCalled: true }
        ? new SmsRefusal(SmsState.Pending, SmsFailure.None, null, "[]")
        : new SmsRefusal(SmsState.Failed, FailureOf(verdict), verdict.List, JsonSerializer.Serialize<SmsStep[]>([new(now, 0, SmsSteps.Listed, verdict.List ?? "")], JsonSerializerOptions.Web));

    /// <summary>Why a recipient fails whom the verdict speaks against.</summary>
    public static SmsFailure FailureOf(DoNotCallVerdict verdict) => verdict.Result == CheckResult.RegisterExpired ? SmsFailure.RegisterExpired : SmsFailure.Listed;

    /// <summary>May these numbers be sent the message?</summary>
    public static DoNotCallQuestion Question(int message, IReadOnlyList<string> numbers) => new(numbers, CheckPurpose.Sms, message.ToString(CultureInfo.InvariantCulture));
}
