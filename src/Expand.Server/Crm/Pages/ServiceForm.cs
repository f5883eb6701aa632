namespace Expand.Server.Crm.Pages;

/// <summary>A service's settings while they are edited.</summary>
public sealed class ServiceForm
{
    /// <summary>Whether it is switched on.</summary>
    public bool Enabled { get; set; }

    /// <summary>SOAP or REST.</summary>
    public CrmKind Kind { get; set; }

    /// <summary>The address.</summary>
    public string Url { get; set; } = "";

    /// <summary>The user of Basic authentication.</summary>
    public string Username { get; set; } = "";

    /// <summary>A new password; empty: the stored one stays.</summary>
    public string Password { get; set; } = "";

    /// <summary>Whether a password is stored.</summary>
    public bool HasPassword { get; private init; }

    /// <summary>The timeout.</summary>
    public double Timeout { get; set; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; set; } = "POST";

    /// <summary>The body's form.</summary>
    public CrmBody BodyFormat { get; set; }

    /// <summary>The body's template.</summary>
    public string Body { get; set; } = "";

    /// <summary>Where the value is.</summary>
    public string Answer { get; set; } = "";

    /// <summary>How SOAP arguments are written.</summary>
    public SoapStyle SoapStyle { get; set; }

    /// <summary>The SOAP namespace.</summary>
    public string SoapNamespace { get; set; } = "";

    /// <summary>The header SOAPAction.</summary>
    public string SoapAction { get; set; } = "";

    internal static ServiceForm Of(CrmServiceSettings service) => new()
    {
        Enabled = service.Enabled,
        Kind = service.Kind,
        Url = service.Url,
        Username = service.Username,
        HasPassword = service.Password.Length > 0,
        Timeout = service.TimeoutSeconds,
        Method = service.Method,
        BodyFormat = service.BodyFormat,
        Body = service.Body,
        Answer = service.Answer,
        SoapStyle = service.SoapStyle,
        SoapNamespace = service.SoapNamespace,
        SoapAction = service.SoapAction,
    };

    internal CrmServiceSettings Filled => new()
    {
        Enabled = Enabled,
        Kind = Kind,
        Url = Url.Trim(),
        Username = Username.Trim(),
        Password = Password,
        TimeoutSeconds = Timeout,
        Method = Method,
        BodyFormat = BodyFormat,
        Body = Body.Trim(),
        Answer = Answer.Trim(),
        SoapStyle = SoapStyle,
        SoapNamespace = SoapNamespace.Trim(),
        SoapAction = SoapAction.Trim(),
    };
}
