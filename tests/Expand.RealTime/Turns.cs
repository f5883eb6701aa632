using Expand.TestKit;

namespace Expand.RealTime;

public sealed class Turns() : LongestFirst(nameof(Truth.LongShiftTests));
