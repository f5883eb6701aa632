namespace Expand.Benchmarks.Originate;

/// <summary>
/// Calls without phones, so that Asterisk can make as many of them as it can of any: the source answers at once, dials the destination, which answers and hangs up.
/// </summary>
internal static class BenchDialplan
{
    public const string Source = "bench-source";
    public const string SourceName = "Juan Pérez";
    public const string Destination = "bench-destination";
    public const string DestinationName = "Netgate";

    /// <summary>What is added to the dialplan of deploy/asterisk.</summary>
    public const string Text =
        """
        [internal](+)
        exten => bench-source,1,Answer()
         same => n,Wait(60)
        exten => bench-destination,1,Dial(Local/answers@bench/n,20)
         same => n,Hangup()

        [bench]
        exten => answers,1,Answer()
         same => n,Wait(0.05)
         same => n,Hangup()

        """;
}
