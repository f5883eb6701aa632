using Expand.TestKit;

namespace Expand.RealTime;

public sealed class Turns() : LongestFirst(
    nameof(Truth.LongShiftTests), nameof(Dialing.CampaignTests), nameof(Truth.ServerKillTests), nameof(Truth.AsteriskCrashTests), nameof(Calls.HardCallsOnAsterisk22),
    nameof(Calls.HardCallsOnAsterisk16), nameof(Dialing.PredictiveTests), nameof(Truth.ShortShiftTests), nameof(Truth.RingTests), nameof(Dialing.PbxLossTests),
    nameof(Sms.KannelTests), nameof(Webhooks.KilledServerTests));
