using System.Text.RegularExpressions;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Sms.Gateways;

namespace Expand.Server.Sms;

/// <summary>Which gateway messages leave by.</summary>
public enum SmsGatewayKind
{
    /// <summary>None is configured.</summary>
    None,

    /// <summary>Kannel's HTTP interface.</summary>
    Kannel,

    /// <summary>Any HTTP gateway, by a template.</summary>
    Http,
}

/// <summary>What the body of a request to an HTTP gateway is: its placeholders are encoded accordingly.</summary>
public enum SmsBodyFormat
{
    /// <summary>No body: all is in the address.</summary>
    None,

    /// <summary>application/x-www-form-urlencoded.</summary>
    Form,

    /// <summary>application/json.</summary>
    Json,

    /// <summary>text/xml.</summary>
    Xml,
}

/// <summary>How text messages are sent.</summary>
internal sealed record SmsSettings : ISettingsSection
{
    public static string Section => "Sms";

    public SmsGatewayKind Gateway { get; init; }

    /// <summary>Kannel's <c>sendsms</c> address, or the HTTP gateway's with placeholders.</summary>
    public string Url { get; init; } = "";

    public string User { get; init; } = "";

    [Secret]
    public string Password { get; init; } = "";

    /// <summary>What recipients see as the sender, where the gateway lets it be chosen; empty: the gateway's own.</summary>
    public string Sender { get; init; } = "";

    /// <summary>The HTTP method of a template.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Headers of a template, a line each: they may hold a key.</summary>
    [Secret]
    public string Headers { get; init; } = "";

    public SmsBodyFormat BodyFormat { get; init; } = SmsBodyFormat.Json;

    /// <summary>The body of a template, with placeholders.</summary>
    public string Body { get; init; } = "";

    /// <summary>A regular expression that the answer of an HTTP gateway fits where it took the message; empty: a status of success is enough.</summary>
    public string SuccessPattern { get; init; } = "";

    /// <summary>A regular expression whose first group is the id that the gateway gave the message; empty: none is read.</summary>
    public string IdPattern { get; init; } = "";

    /// <summary>Whether the HTTP gateway reports the fate of every message to the address that it is given.</summary>
    public bool ReportsEvery { get; init; }

    /// <summary>The field of a report (in the address, a form or JSON) that has the state.</summary>
    public string ReportField { get; init; } = "status";

    /// <summary>Its words for a message that arrived, separated by commas.</summary>
    public string ReportDelivered { get; init; } = "DELIVRD,DELIVERED";

    /// <summary>Its words for a message that is under way.</summary>
    public string ReportAccepted { get; init; } = "ACCEPTD,ENROUTE,SENT";

    /// <summary>Its words for a message that will not arrive.</summary>
    public string ReportFailed { get; init; } = "UNDELIV,REJECTD,EXPIRED,DELETED,FAILED";

    /// <summary>Where the gateway reaches this server, for delivery reports; empty: <c>Expand:PublicUrl</c>.</summary>
    public string ReportUrl { get; init; } = "";

    /// <summary>How long an answer of the gateway is waited for.</summary>
    public int TimeoutSeconds { get; init; } = 15;

    /// <summary>Messages a second that programs may ask for, over all hosts.</summary>
    public int RatePerSecond { get; init; } = 10;

    /// <summary>Messages a second that the gateway is given, over all hosts.</summary>
    public int SendPerSecond { get; init; } = 10;

    /// <summary>How often a message is tried that the gateway could not be given.</summary>
    public int Attempts { get; init; } = 12;

    /// <summary>How long the report is waited for of a message of which nobody knows whether the gateway got it.</summary>
    public int GraceSeconds { get; init; } = 600;

    /// <summary>Days that messages are kept; null: for ever.</summary>
    public int? KeepDays { get; init; }

    public Failure? Validate() => Gateway switch
    {
        _ when !Enum.IsDefined(Gateway) || !Enum.IsDefined(BodyFormat) => Failure.Invalid(nameof(Gateway), "is not a gateway"),
        SmsGatewayKind.Kannel when !IsAddress(Url) => Failure.Invalid(nameof(Url), "takes an address that begins with http:// or https://"),
        SmsGatewayKind.Http when TemplateText.Wrong(this) is { } wrong => wrong,
        _ when ReportUrl.Length > 0 && !IsAddress(ReportUrl) => Failure.Invalid(nameof(ReportUrl), "takes an address that begins with http:// or https://"),
        _ when !IsSender(Sender) => Failure.Invalid(nameof(Sender), SenderRule),
        _ => Range(nameof(TimeoutSeconds), TimeoutSeconds, 1, 120) ?? Range(nameof(RatePerSecond), RatePerSecond, 1, 10_000)
            ?? Range(nameof(SendPerSecond), SendPerSecond, 1, 10_000) ?? Range(nameof(Attempts), Attempts, 1, 100)
            ?? Range(nameof(GraceSeconds), GraceSeconds, 5, 86_400) ?? (KeepDays is { } days ? Range(nameof(KeepDays), days, 1, 36_500) : null),
    };

    /// <summary>What a sender that cannot be taken is told.</summary>
    public const string SenderRule = "takes up to 16 letters, digits, spaces, + - . and _";

    /// <summary>Whether it may stand as the sender: empty, or what networks take.</summary>
    public static bool IsSender(string text) => Regex.IsMatch(text, @"\A[A-Za-z0-9+._\- ]{0,16}\z", RegexOptions.CultureInvariant);

    internal static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0;

    private static Failure? Range(string field, int value, int least, int most) =>
        value >= least && value <= most ? null : Failure.Invalid(field, $"takes a number from {least} to {most}");
}
