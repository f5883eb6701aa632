using Expand.Server.Access;
using MudBlazor;

namespace Expand.Server.Ui;

/// <summary>An entry of the menu, for those who have the part.</summary>
/// <param name="Text">Its text's name.</param>
/// <param name="Href">The page.</param>
/// <param name="Icon">Its sign.</param>
internal sealed record MenuEntry(string Text, string Href, string Icon);

/// <summary>Entries under one heading, and headings under it in turn.</summary>
/// <param name="Text">The heading's text's name.</param>
/// <param name="Part">Whose it is (<see cref="Roles"/>).</param>
/// <param name="Icon">Its sign.</param>
/// <param name="Entries">Its own entries.</param>
/// <param name="Under">The headings under it.</param>
internal sealed record MenuGroup(string Text, string Part, string Icon, IReadOnlyList<MenuEntry> Entries, IReadOnlyList<MenuGroup> Under);

/// <summary>The menu: the original's paths (Configuración / Sistema / Claves, Administración / Ajustes / Formularios), and the rest in their manner.</summary>
internal static class Menu
{
    private const string Admin = Roles.Administrator;

    public static readonly IReadOnlyList<MenuGroup> Groups =
    [
        new("menu.agent", Roles.Agent, Icons.Material.Rounded.HeadsetMic, [new("menu.desk", UiDoors.Desk, Icons.Material.Rounded.SupportAgent)], []),
        new("menu.supervision", Roles.Supervisor, Icons.Material.Rounded.Visibility,
        [
            new("menu.wallboard", UiDoors.Wallboard, Icons.Material.Rounded.SpaceDashboard),
            new("menu.pending", UiDoors.PendingCalls, Icons.Material.Rounded.PhoneForwarded),
            new("menu.campaigns", UiDoors.Campaigns, Icons.Material.Rounded.Campaign),
            new("menu.do-not-call", UiDoors.DoNotCall, Icons.Material.Rounded.PhoneDisabled),
            new("menu.sms", UiDoors.Sms, Icons.Material.Rounded.Sms),
        ], []),
        new("menu.reports", Roles.Supervisor, Icons.Material.Rounded.BarChart,
        [
            new("menu.report.service", UiDoors.ServiceReport, Icons.Material.Rounded.Speed),
            new("menu.report.queues", UiDoors.QueueReport, Icons.Material.Rounded.List),
            new("menu.report.agents", UiDoors.AgentReport, Icons.Material.Rounded.Groups),
            new("menu.report.sessions", UiDoors.SessionReport, Icons.Material.Rounded.Schedule),
            new("menu.report.calls", UiDoors.CallReport, Icons.Material.Rounded.Call),
            new("menu.recordings", UiDoors.Recordings, Icons.Material.Rounded.GraphicEq),
        ], []),
        new("menu.configuration", Admin, Icons.Material.Rounded.Tune,
        [
            new("menu.queues", UiDoors.Queues, Icons.Material.Rounded.Group),
            new("menu.pauses", UiDoors.PauseReasons, Icons.Material.Rounded.PauseCircle),
            new("menu.lists", UiDoors.Lists, Icons.Material.Rounded.ListAlt),
        ],
        [
            new("menu.system", Admin, Icons.Material.Rounded.Settings,
            [
                new("menu.guide", UiDoors.Guide, Icons.Material.Rounded.Flag),
                new("menu.keys", UiDoors.Keys, Icons.Material.Rounded.Key),
                new("menu.users", UiDoors.Users, Icons.Material.Rounded.ManageAccounts),
                new("menu.credentials", UiDoors.Credentials, Icons.Material.Rounded.Api),
                new("menu.crm", UiDoors.CrmServices, Icons.Material.Rounded.Hub),
                new("menu.webhooks", UiDoors.Webhooks, Icons.Material.Rounded.Webhook),
                new("menu.pbx", UiDoors.Pbx, Icons.Material.Rounded.Dns),
                new("menu.recording-settings", UiDoors.RecordingSettings, Icons.Material.Rounded.Mic),
                new("menu.dialer-settings", UiDoors.DialerSettings, Icons.Material.Rounded.SettingsPhone),
                new("menu.sms-settings", UiDoors.SmsSettings, Icons.Material.Rounded.Sms),
                new("menu.inspector", UiDoors.Inspector, Icons.Material.Rounded.FindInPage),
                new("menu.audit", UiDoors.AuditLog, Icons.Material.Rounded.History),
            ], []),
        ]),
        new("menu.administration", Admin, Icons.Material.Rounded.Build, [],
        [
            new("menu.settings", Admin, Icons.Material.Rounded.Settings,
            [
                new("menu.forms", UiDoors.Forms, Icons.Material.Rounded.Assignment),
                new("menu.cdrcustom", UiDoors.CdrCustom, Icons.Material.Rounded.DataObject),
            ], []),
        ]),
    ];
}
