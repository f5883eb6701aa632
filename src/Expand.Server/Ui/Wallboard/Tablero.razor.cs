using Expand.Server.Access;
using Expand.Server.Calls;
using Expand.Server.Pbx;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Ui.Wallboard;

/// <summary>Supervisión / Tablero: queues, agents and calls as they are now, what a supervisor does to an agent, and the supervisor's listening.</summary>
public partial class Tablero
{
    /// <summary>Rows beyond which only those on the screen are drawn.</summary>
    private const int Many = 80;

    private const float RowHeight = 45;

    private static readonly string[] QueueColumns = ["waiting", "oldest", "talking", "logged-in", "available", "paused", "answered", "abandoned", "level"];

    private WallSettings? settings;
    private WallPicture? wall;
    private IReadOnlyCollection<string> queues = [];
    private string agent = "";
    private WallShow show = WallShow.In;
    private WallOrder order = WallOrder.Status;
    private List<WallAgent> agents = [];
    private List<WallCall> calls = [];

    /// <summary>1: for a screen on the wall, without the menu and in big type.</summary>
    [Parameter, SupplyParameterFromQuery]
    public string? Pantalla { get; set; }

    /// <summary>The queues to show; none: all.</summary>
    [Parameter, SupplyParameterFromQuery]
    public string[]? Cola { get; set; }

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    internal static bool IsScreen(string uri) => new Uri(uri).Query.TrimStart('?').Split('&').Contains("pantalla=1");

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        base.OnInitialized();
        queues = Cola ?? [];
    }

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        settings ??= await WallSettings.ReadAsync(Script, ct);
        wall = Wall.Draw(settings, new WallChoice(queues, agent ?? "", show, order));
        (agents, calls) = ([.. wall.Agents], [.. wall.Calls]);
    }

    private string Address(bool screen)
    {
        var query = queues.Select(q => "cola=" + Uri.EscapeDataString(q)).Prepend(screen ? "pantalla=1" : "").Where(q => q.Length > 0).ToList();
        return UiDoors.Wallboard + (query.Count > 0 ? "?" + string.Join('&', query) : "");
    }

    private string Named(IReadOnlyList<string?>? chosen) =>
        string.Join(", ", (chosen ?? []).Select(name => wall?.AllQueues.FirstOrDefault(q => q.Name == name)?.Description ?? name));

    private Task ChooseQueues(IReadOnlyCollection<string?>? chosen) => ChooseAsync(() => queues = [.. (chosen ?? []).OfType<string>()]);

    private Task ChooseAsync(Action choose)
    {
        choose();
        return ReloadAsync();
    }

    private Task ShowAllAsync() => ChooseAsync(() => (queues, agent, show) = ([], "", WallShow.All));

    /// <summary>False where the visitor changed nothing.</summary>
    private async Task<bool> SetAsync(bool needsExtension)
    {
        var parameters = new DialogParameters<WallSettingsDialog> { { d => d.Form, settings! with { } }, { d => d.NeedsExtension, needsExtension } };
        var dialog = await Dialogs.ShowAsync<WallSettingsDialog>(Texts[needsExtension ? "my-extension" : "settings"], parameters, Asking.Form);
        if (await dialog.Result is not { Canceled: false, Data: WallSettings changed }) return false;
        settings = changed;
        await changed.KeepAsync(Script, Leaving);
        await ReloadAsync();
        return true;
    }

    private async Task ActAsync(WallAgent row)
    {
        var parameters = new DialogParameters<AgentDialog> { { d => d.Number, row.Number } };
        var dialog = await Dialogs.ShowAsync<AgentDialog>(row.Name == row.Number ? row.Number : $"{row.Name} ({row.Number})", parameters, Asking.Form);
        if (await dialog.Result is { Canceled: false, Data: SpyMode mode } && Wall.AgentOf(row.Number)?.Call is { } call) await SpyAsync((call, mode));
        await ReloadAsync();
    }

    private async Task SpyAsync((WallCall Call, SpyMode Mode) asked)
    {
        if (settings!.Extension.Length == 0 && !await SetAsync(needsExtension: true)) return;
        var target = new ListeningTarget(asked.Call.AgentChannel, asked.Call.Agent, asked.Call.AgentName, asked.Call.Queue, asked.Call.Caller);
        if (await Listening.StartAsync(target, settings.Extension, asked.Mode, Me, Leaving) is { } failure)
            Notices.Add(new WallRefusal(Texts, Shared).Told(failure), Severity.Error);
    }
}
