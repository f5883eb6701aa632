using Expand.Server.Platform;

namespace Expand.Server.Sms.Pages;

/// <summary>The settings while they are filled in. Secrets are never shown: what is left empty stays as it is. Public because components are.</summary>
public sealed class SmsSettingsForm
{
    /// <summary>Which gateway.</summary>
    public SmsGatewayKind Gateway { get; set; }

    /// <summary>Its address.</summary>
    public string Url { get; set; } = "";

    /// <summary>The user there.</summary>
    public string User { get; set; } = "";

    /// <summary>The password there; empty: the one that is kept.</summary>
    public string Password { get; set; } = "";

    /// <summary>The sender.</summary>
    public string Sender { get; set; } = "";

    /// <summary>The HTTP method.</summary>
    public string Method { get; set; } = "";

    /// <summary>Headers; empty: those that are kept.</summary>
    public string Headers { get; set; } = "";

    /// <summary>What the body is.</summary>
    public SmsBodyFormat BodyFormat { get; set; }

    /// <summary>The body.</summary>
    public string Body { get; set; } = "";

    /// <summary>What an answer of success fits.</summary>
    public string SuccessPattern { get; set; } = "";

    /// <summary>Where an answer has the id.</summary>
    public string IdPattern { get; set; } = "";

    /// <summary>Whether every message is reported.</summary>
    public bool ReportsEvery { get; set; }

    /// <summary>The field of a report that has the state.</summary>
    public string ReportField { get; set; } = "";

    /// <summary>Its words for delivered.</summary>
    public string ReportDelivered { get; set; } = "";

    /// <summary>Its words for under way.</summary>
    public string ReportAccepted { get; set; } = "";

    /// <summary>Its words for failed.</summary>
    public string ReportFailed { get; set; } = "";

    /// <summary>Where gateways reach this server.</summary>
    public string ReportUrl { get; set; } = "";

    /// <summary>How long an answer is waited for.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>What programs may ask for in a second.</summary>
    public int? RatePerSecond { get; set; }

    /// <summary>What the gateway is given in a second.</summary>
    public int? SendPerSecond { get; set; }

    /// <summary>How often a message is tried.</summary>
    public int? Attempts { get; set; }

    /// <summary>How long a report is waited for.</summary>
    public int? GraceSeconds { get; set; }

    /// <summary>How long messages are kept.</summary>
    public int? KeepDays { get; set; }

    /// <summary>A number that is missing.</summary>
    internal Failure? Wrong =>
        Missing(nameof(TimeoutSeconds), TimeoutSeconds) ?? Missing(nameof(RatePerSecond), RatePerSecond) ?? Missing(nameof(SendPerSecond), SendPerSecond)
        ?? Missing(nameof(Attempts), Attempts) ?? Missing(nameof(GraceSeconds), GraceSeconds);

    internal static SmsSettingsForm Of(SmsSettings set) => new()
    {
        Gateway = set.Gateway,
        Url = set.Url,
        User = set.User,
        Sender = set.Sender,
        Method = set.Method,
        BodyFormat = set.BodyFormat,
        Body = set.Body,
        SuccessPattern = set.SuccessPattern,
        IdPattern = set.IdPattern,
        ReportsEvery = set.ReportsEvery,
        ReportField = set.ReportField,
        ReportDelivered = set.ReportDelivered,
        ReportAccepted = set.ReportAccepted,
        ReportFailed = set.ReportFailed,
        ReportUrl = set.ReportUrl,
        TimeoutSeconds = set.TimeoutSeconds,
        RatePerSecond = set.RatePerSecond,
        SendPerSecond = set.SendPerSecond,
        Attempts = set.Attempts,
        GraceSeconds = set.GraceSeconds,
        KeepDays = set.KeepDays,
    };

    /// <summary>The settings as they are filled in, on top of those that are in force.</summary>
    internal SmsSettings Filled(SmsSettings kept) => kept with
    {
        Gateway = Gateway,
        Url = Url.Trim(),
        User = User.Trim(),
        Password = Password.Length > 0 ? Password : kept.Password,
        Sender = Sender.Trim(),
        Method = Method,
        Headers = Headers.Trim().Length > 0 ? Headers : kept.Headers,
        BodyFormat = BodyFormat,
        Body = Body,
        SuccessPattern = SuccessPattern,
        IdPattern = IdPattern,
        ReportsEvery = ReportsEvery,
        ReportField = ReportField.Trim(),
        ReportDelivered = ReportDelivered,
        ReportAccepted = ReportAccepted,
        ReportFailed = ReportFailed,
        ReportUrl = ReportUrl.Trim(),
        TimeoutSeconds = TimeoutSeconds ?? kept.TimeoutSeconds,
        RatePerSecond = RatePerSecond ?? kept.RatePerSecond,
        SendPerSecond = SendPerSecond ?? kept.SendPerSecond,
        Attempts = Attempts ?? kept.Attempts,
        GraceSeconds = GraceSeconds ?? kept.GraceSeconds,
        KeepDays = KeepDays,
    };

    private static Failure? Missing(string field, int? value) => value is null ? Failure.Invalid(field, "is required") : null;
}
