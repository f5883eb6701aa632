using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Pbx.Pages;

/// <summary>Configuración / Sistema / PBX: how the connection stands, how far the files are read, and what the PBX has.</summary>
public partial class Central
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private PbxLink? link;
    private string? version;
    private IReadOnlyList<FeedState> feeds = [];
    private List<Extension> extensions = [];
    private string filter = "";

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Notices { get; set; } = null!;

    private (long Directory, long Figures, DateTimeOffset? Stale) Revision => (Directory.Revision, Figures.Revision, Pbx.Link.StaleSince);

    private IEnumerable<Extension> Shown => extensions.Where(e => filter.Trim() is { Length: 0 }
        || e.Number.StartsWith(filter.Trim(), StringComparison.Ordinal) || e.CallerIdName.Contains(filter.Trim(), StringComparison.CurrentCultureIgnoreCase)
        || e.Channel.Contains(filter.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        // From memory first: that is shown though the database is away.
        (link, extensions) = (Pbx.Link, [.. Directory.All]);
        version = await Pbx.VersionAsync(ct);
        feeds = await FeedFiles.AllAsync(ct);
    }

    /// <inheritdoc />
    protected override async Task UntilNextAsync(CancellationToken ct)
    {
        var (drawn, began) = (Revision, Clock.GetTimestamp());
        do
        {
            await Task.Delay(BetweenLooks, Clock, ct);
        }
        while (Revision == drawn && Clock.GetElapsedTime(began) < Beat);
    }

    private string Told(FeedState feed) => feed switch
    {
        { Problem: { } problem } => Texts["feed.problem", problem],
        { File: null } => Texts["feed.none"],
        { CaughtUpAt: not null } => Texts["feed.reading"],
        _ => Texts["feed.elsewhere"],
    };

    private bool IsReachable(Extension extension) => Directory.StateOf(extension.Channel) is not (DeviceState.Unavailable or DeviceState.Invalid or DeviceState.Unknown);

    private string Look(Extension extension) => Directory.StateOf(extension.Channel) switch
    {
        DeviceState.NotInUse => "free",
        DeviceState.InUse or DeviceState.Busy or DeviceState.OnHold => "busy",
        DeviceState.Ringing or DeviceState.RingInUse => "ringing",
        _ => "away",
    };

    private void ShowAll() => filter = "";

    private async Task NameAsync(Extension extension)
    {
        var parameters = new DialogParameters<NameDialog>
        {
            { d => d.Number, extension.Number }, { d => d.Name, Naming.Of(extension.Number) ?? "" }, { d => d.PbxName, Directory.PbxNameOf(extension.Number) ?? extension.Number },
        };
        var dialog = await Dialogs.ShowAsync<NameDialog>(Texts["rename.title", extension.Number], parameters, Asking.Form);
        if (await dialog.Result is { Canceled: false }) Notices.Add(Texts["renamed", extension.Number], Severity.Success);
        await ReloadAsync();
    }
}
