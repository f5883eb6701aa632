namespace Expand.Simulator.Calls;

/// <summary>Q.850 causes, their texts in Asterisk, and what each SIP answer becomes (lab transcript 28).</summary>
internal static class Causes
{
    public const int NoRoute = 3;
    public const int Normal = 16;
    public const int Busy = 17;
    public const int NoAnswer = 19;

    public static string Text(int cause) => cause switch
    {
        0 => "Unknown",
        1 => "Unallocated (unassigned) number",
        3 => "No route to destination",
        16 => "Normal Clearing",
        17 => "User busy",
        18 => "No user responding",
        19 => "User alerting, no answer",
        21 => "Call Rejected",
        22 => "Number changed",
        28 => "Invalid number format",
        34 => "Circuit/channel congestion",
        38 => "Network out of order",
        58 => "Bearer capability not available",
        102 => "Recover on timer expiry",
        _ => "Unknown",
    };

    public static int FromSip(int sip) => sip switch
    {
        486 or 600 => Busy,
        603 or 403 => 21,
        480 => NoAnswer,
        404 => 1,
        408 => 18,
        410 => 22,
        484 => 28,
        488 => 58,
        500 => 38,
        503 => 34,
        504 => 102,
        _ => 0,
    };

    /// <summary>DialStatus of the event DialEnd.</summary>
    public static string DialStatus(int cause) => cause switch { Busy => "BUSY", 34 => "CONGESTION", _ => "NOANSWER" };

    /// <summary>The SIP answer that Asterisk itself gives for a cause when it ends the other leg (TechCause of generation 22).</summary>
    public static int? ToSip(int cause) => cause switch
    {
        1 or NoRoute => 404,
        Busy => 486,
        18 => 408,
        NoAnswer => 480,
        21 => 403,
        22 => 410,
        28 => 484,
        34 => 503,
        38 => 500,
        58 => 488,
        102 => 504,
        _ => null,
    };

    /// <summary>Disposition of the CDR for the end of a dial.</summary>
    public static string Disposition(string dialStatus, int generation) => dialStatus switch
    {
        "ANSWER" => "ANSWERED",
        "BUSY" => "BUSY",
        "CONGESTION" => "CONGESTION",
        "CANCEL" => generation >= 22 ? "CANCEL" : "NO ANSWER",
        _ => "NO ANSWER",
    };
}
