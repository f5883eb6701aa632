using Expand.Server.Platform;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;

namespace Expand.Server.Ui.Guide;

/// <summary>Primeros pasos: from nothing to the first call, each step ticked by what is so.</summary>
public partial class Inicio
{
    private GuideState? state;
    private bool isSupervisor;

    [CascadingParameter]
    private Task<AuthenticationState> Visitor { get; set; } = null!;

    [Inject]
    private IOptions<ExpandOptions> Options { get; set; } = null!;

    private List<Step> Steps =>
    [
        new("pbx", state!.Link.StaleSince is null,
            state.Link.StaleSince is { } since ? Texts["pbx.fact.no", Time.Format(since)] : Texts["pbx.fact", state.Link.Name, $"{state.Link.Host}:{state.Link.Port}"], UiDoors.Pbx),
        new("extensions", state.Extensions >= 2, Texts["extensions.fact", state.Extensions], UiDoors.Pbx),
        new("users", state.Agents > 0, Texts["users.fact", state.Agents], UiDoors.Users),
        new("queues", state.Queues.Count > 0,
            state.Queues.Count > 0 ? Texts["queues.fact", string.Join(", ", state.Queues.Take(4))] : Texts["queues.fact.no", state.QueueCount], UiDoors.Queues),
        new("key", state.Key is not null, state.Key is { } key ? Texts["key.fact", key] : Texts["key.fact.no"], UiDoors.Keys),
        new("call", state.FirstCall is not null, state.FirstCall is { } at ? Texts["call.fact", Time.Format(at)] : Texts["call.fact.no"], UiDoors.Inspector),
        new("login", state.WasLoggedIn,
            state.LoggedIn > 0 ? Texts["login.fact", state.LoggedIn] : state.WasLoggedIn ? Texts["login.fact.was"] : Texts["login.fact.no"], OfSupervisors(UiDoors.Wallboard)),
        new("report", state.HasRecords, state.HasRecords ? Texts["report.fact"] : Texts["report.fact.no"], OfSupervisors(UiDoors.CallReport)),
    ];

    /// <summary>Where the day goes on, for those who may.</summary>
    private IEnumerable<(string Href, string Text, string Meaning)> Daily => new[]
    {
        (UiDoors.Wallboard, "daily.wallboard", "daily.wallboard.text", true),
        (UiDoors.ServiceReport, "daily.service", "daily.service.text", true),
        (UiDoors.CallReport, "daily.calls", "daily.calls.text", true),
        (UiDoors.Inspector, "daily.inspector", "daily.inspector.text", false),
        (UiDoors.AuditLog, "daily.audit", "daily.audit.text", false),
        (UiDoors.Users, "daily.users", "daily.users.text", false),
    }.Where(page => !page.Item4 || isSupervisor).Select(page => (page.Item1, page.Item2, page.Item3));

    private string Address => Options.Value.PublicUrl is { Length: > 0 } configured ? configured.TrimEnd('/') : Navigation.BaseUri.TrimEnd('/');

    private static string Settings =>
        """
        {
          "Pbx": {
            "Host": "192.0.2.10",
            "Username": "expand",
            "Secret": "…",
            "Context": "internal",
            "CdrFile": "/var/log/asterisk/cdr-custom/cdr.csv",
            "QueueLogFile": "/var/log/asterisk/queue_log"
          }
        }
        """;

    private string FirstCall =>
        $"""
        curl -s {Address}/apiws/2/apiws.php \
          -H 'Content-Type: text/xml; charset=utf-8' \
          -d '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
            <originateCall>
              <authorizedKey>{Texts["your-key"]}</authorizedKey>
              <src>{(state!.Free is [var first, ..] ? first : "701")}</src>
              <srcCallerID>{Texts["call.name"]}</srcCallerID>
              <dst>{(state.Free is [_, var second, ..] ? second : "702")}</dst>
              <timeout>20</timeout>
            </originateCall>
          </e:Body></e:Envelope>'
        """;

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        isSupervisor = (await Visitor).User.IsInRole(Access.Roles.Supervisor);
        state = await Facts.ReadAsync(ct);
    }

    private string? OfSupervisors(string href) => isSupervisor ? href : null;

    /// <summary>A step as it stands.</summary>
    private sealed record Step(string Name, bool IsDone, string Fact, string? Href);
}
