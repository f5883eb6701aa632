namespace Expand.Server.OutgoingCalls;

/// <summary>The contract's own examples, for the documentation.</summary>
internal static class OutgoingCallExamples
{
    public static readonly OutgoingCallBody Body = new()
    {
        Queue = "tecnologia",
        Phone = ["21232322", "099999999"],
        Contact = "Pedro",
        Subject = "Confirmacion contrato ADSL",
        CallDate = "2016-11-10 15:00",
        Expiration = 86400,
        Agent = "pperez",
        Link = new() { ["nombre de link"] = "http://www.link.com" },
    };

    public static readonly OutgoingCallAnswer Answer = new()
    {
        Id = 1,
        Queue = "tecnologia",
        Phone = ["21232322", "099999999"],
        Contact = "Pedro",
        Subject = "Confirmacion contrato ADSL",
        CallDate = "2016-11-10 15:00",
        Expiration = 86400,
        Agent = "pperez",
        Status = "PENDING",
        Link = new Dictionary<string, string> { ["nombre de link"] = "http://www.link.com" },
    };

    public static readonly OutgoingCallId Id = new() { CallId = 1 };
}
