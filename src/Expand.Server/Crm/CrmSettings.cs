using System.Net;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.Crm;

/// <summary>How a service is reached.</summary>
public enum CrmKind
{
    /// <summary>SOAP 1.1.</summary>
    Soap,

    /// <summary>HTTP with a template.</summary>
    Rest,
}

/// <summary>The form of a REST request's body: it decides how values are written into the template.</summary>
public enum CrmBody
{
    /// <summary><c>application/json</c>.</summary>
    Json,

    /// <summary><c>application/x-www-form-urlencoded</c>.</summary>
    Form,
}

/// <summary>The settings of one service.</summary>
internal sealed record CrmServiceSettings
{
    public bool Enabled { get; init; }

    public CrmKind Kind { get; init; }

    /// <summary>Of REST, placeholders such as <c>{callerIdNum}</c> may stand behind the host.</summary>
    public string Url { get; init; } = "";

    /// <summary>For Basic authentication; empty: none.</summary>
    public string Username { get; init; } = "";

    [Secret]
    public string Password { get; init; } = "";

    /// <summary>How long a call may wait for the answer.</summary>
    public double TimeoutSeconds { get; init; } = 2;

    /// <summary>Of REST: GET, POST or PUT.</summary>
    public string Method { get; init; } = "POST";

    public CrmBody BodyFormat { get; init; }

    /// <summary>Of REST; empty: all parameters under their names.</summary>
    public string Body { get; init; } = "";

    /// <summary>Of REST: where in a JSON answer the value is, such as <c>data.name</c>; empty: the whole text.</summary>
    public string Answer { get; init; } = "";

    public SoapStyle SoapStyle { get; init; }

    public string SoapNamespace { get; init; } = "urn:apiws";

    /// <summary>Empty: the namespace, <c>#</c> and the operation.</summary>
    public string SoapAction { get; init; } = "";

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);
}

/// <summary>How a SOAP service wants its arguments.</summary>
public enum SoapStyle
{
    /// <summary>RPC/encoded, as our own contract.</summary>
    Rpc,

    /// <summary>Document/literal wrapped.</summary>
    Document,
}

/// <summary>The web services of the customer's CRM, section <c>Crm</c>.</summary>
internal sealed record CrmSettings : ISettingsSection
{
    public static string Section => "Crm";

    /// <summary>getCallerIDName.</summary>
    public CrmServiceSettings CallerName { get; init; } = new();

    /// <summary>IVRCode.</summary>
    public CrmServiceSettings IvrCode { get; init; } = new();

    /// <summary>pushAgentInfo.</summary>
    public CrmServiceSettings AgentInfo { get; init; } = new();

    /// <summary>How long a caller's name is kept; that there is none is kept a tenth of it.</summary>
    public int NameCacheSeconds { get; init; } = 600;

    /// <summary>How often a pushAgentInfo is tried.</summary>
    public int PushAttempts { get; init; } = 5;

    /// <summary>For how long it is tried: an hour later it is worth nothing.</summary>
    public int PushSeconds { get; init; } = 60;

    /// <summary>The port that Asterisk finds this server at (FastAGI); null: none. What a host's own configuration says (<see cref="AgiOptions"/>) wins there.</summary>
    public int? AgiPort { get; init; }

    public string AgiAddress { get; init; } = "127.0.0.1";

    /// <summary>The address of a caller's record in the CRM, for the agent's page; empty: no link.</summary>
    public string LinkTemplate { get; init; } = "";

    public CrmServiceSettings Of(CrmOperation operation) =>
        operation == CrmOperation.CallerName ? CallerName : operation == CrmOperation.IvrCode ? IvrCode : AgentInfo;

    public CrmSettings With(CrmOperation operation, CrmServiceSettings service) =>
        operation == CrmOperation.CallerName ? this with { CallerName = service }
        : operation == CrmOperation.IvrCode ? this with { IvrCode = service }
        : this with { AgentInfo = service };

    public static string NameOf(CrmOperation operation) =>
        operation == CrmOperation.CallerName ? nameof(CallerName) : operation == CrmOperation.IvrCode ? nameof(IvrCode) : nameof(AgentInfo);

    public Failure? Validate()
    {
        foreach (var operation in CrmOperation.All)
        {
            if (CrmServiceRules.Broken(Of(operation), operation) is { } wrong) return wrong with { Field = $"{NameOf(operation)}:{wrong.Field}" };
        }

        if (NameCacheSeconds is < 0 or > 86_400) return Failure.Invalid(nameof(NameCacheSeconds), "is from 0 to 86400 seconds");
        if (PushAttempts is < 1 or > 20) return Failure.Invalid(nameof(PushAttempts), "is from 1 to 20");
        if (PushSeconds is < 5 or > 3600) return Failure.Invalid(nameof(PushSeconds), "is from 5 to 3600 seconds");
        if (AgiPort is < 1 or > 65_535) return Failure.Invalid(nameof(AgiPort), "is from 1 to 65535");
        if (!IPAddress.TryParse(AgiAddress, out _)) return Failure.Invalid(nameof(AgiAddress), "is an IP address of this machine, such as 127.0.0.1");
        return CrmLink.Broken(LinkTemplate) is { } rule ? Failure.Invalid(nameof(LinkTemplate), rule) : null;
    }
}
