namespace Expand.Server.Crm;

/// <summary>A web service of the CRM, as the contract (outbound.md) has it.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Parameters">Its parameters, by their names on the wire and in templates.</param>
internal sealed record CrmOperation(string Name, IReadOnlyList<string> Parameters)
{
    /// <summary>The name to show for a caller's number.</summary>
    public static readonly CrmOperation CallerName = new("getCallerIDName", ["callerIdNum"]);

    /// <summary>What is appended to a call's IVRData at a node of the IVR.</summary>
    public static readonly CrmOperation IvrCode = new("IVRCode", ["UniqueID", "callerIdNum", "IVRCode", "IVRData"]);

    /// <summary>A queue's call connected to an agent.</summary>
    public static readonly CrmOperation AgentInfo = new("pushAgentInfo", ["uniqueid", "queuename", "callerid", "agentchan", "ivrdata"]);

    public static readonly IReadOnlyList<CrmOperation> All = [CallerName, IvrCode, AgentInfo];

    /// <summary>The arguments by name, in the order of the parameters.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Arguments(params string[] values) =>
        [.. Parameters.Zip(values, (name, value) => KeyValuePair.Create(name, value))];
}
