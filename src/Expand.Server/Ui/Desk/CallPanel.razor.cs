using System.Data.Common;
using System.Globalization;
using Expand.Server.Dialer;
using Expand.Server.Forms.Pages;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Expand.Server.Ui.Desk;

/// <summary>A call before the agent: who, since when, what it carries, its forms and the recording for them.</summary>
public partial class CallPanel : IAsyncDisposable
{
    private IReadOnlyList<(string Name, string Value)> info = [];
    private DialledContact? dialled;
    private IJSObjectReference? module;
    private ElementReference typing;
    private bool listening;

    /// <summary>The call.</summary>
    [Parameter, EditorRequired]
    public DeskCall Call { get; set; } = null!;

    /// <summary>The agent is through with it.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>Whether something typed is not saved.</summary>
    [Parameter]
    public EventCallback<bool> UnsavedChanged { get; set; }

    [CascadingParameter]
    private DeskNow Now { get; set; } = null!;

    private FormCall FormCall => new(Call.CallNumber, Call.UniqueId, Call.Leg, Call.Queue, Call.Device, Call.SessionId, StoredJson.Write(Call));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        try
        {
            info = Read(await Records.NoteAsync(Call.UniqueId, CancellationToken.None));
            dialled = await Dialled.FindAsync(Call.UniqueId, CancellationToken.None);
        }
        catch (DbException)
        {
            // The page says already that the database is away; the call's note is found at the next reload.
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (listening || !Call.HasForms || Call.CallNumber == 0) return;
        listening = true;
        module = await Script.InvokeAsync<IJSObjectReference>("import", "/" + Assets["desk.js"]);
        await module.InvokeVoidAsync("tellWhileTyping", typing);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (module is not null) await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    }

    /// <summary>The last part that was recorded for a form.</summary>
    private async Task<FormPart> PartAsync(string form) =>
        (await Parts.OfLegAsync(Call.Leg, CancellationToken.None)).FirstOrDefault(p => p.Form == form) is { } part ? new FormPart(part.File, part.Chunk) : FormPart.None;

    /// <summary>The contract's callinfo: key=value with commas between, or any text.</summary>
    private static IReadOnlyList<(string, string)> Read(string note)
    {
        if (note.Trim().Length == 0) return [];
        var pairs = note.Split(',').Select(p => p.Split('=', 2)).ToList();
        return pairs.All(p => p.Length == 2 && p[0].Trim().Length > 0) ? [.. pairs.Select(p => (p[0].Trim(), p[1].Trim()))] : [("", note)];
    }

    private static string Duration(TimeSpan time)
    {
        var seconds = Math.Max(0, (long)time.TotalSeconds);
        return seconds >= 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}");
    }
}
