using Expand.Server.Access;
using Expand.Server.Forms;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Expand.Server.Queues;
using Expand.Server.Queues.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Ui.Desk;

/// <summary>Mi puesto: where an agent spends the day. State and queues, the calls with what is known and their forms, pending calls, figures.</summary>
public partial class MiPuesto : PicturePage
{
    private readonly DeskCalls calls = new();
    private DeskNow? now;
    private bool loaded;
    private bool restored;

    [Inject]
    private LivePicture Picture { get; set; } = null!;

    [Inject]
    private UserDirectory Users { get; set; } = null!;

    [Inject]
    private QueueCatalog Catalog { get; set; } = null!;

    [Inject]
    private FormDrafts Drafts { get; set; } = null!;

    [Inject]
    private CallNumbers Numbers { get; set; } = null!;

    [Inject]
    private Pbx.Pbx Pbx { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    /// <summary>What the browser's tab says: who rings can be seen from another one.</summary>
    private string Heading => calls.Ringing is { } ringing ? $"☎ {Who(ringing)} - {Texts["phase.Ringing"]}"
        : calls.All.FirstOrDefault(c => c.Phase == DeskPhase.Talking) is { } talking ? $"● {Who(talking)} - {Texts["title"]}"
        : $"{Texts["title"]} - eXpand";

    private string Announced => calls.Ringing is { } ringing ? Texts["announce", Who(ringing), Catalog.DescriptionOf(ringing.Queue)]
        : calls.All.FirstOrDefault(c => c.Phase == DeskPhase.Talking) is { } talking ? Texts["announce.talking", Who(talking)] : "";

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        var agent = Users.Find(Me.Name);
        if (agent is not { IsAgent: true, IsFormer: false, AgentNumber.Length: > 0 })
        {
            (now, loaded) = (null, true);
            return;
        }

        var view = Picture.View();
        now = DeskNow.Of(agent, view, Catalog);
        calls.See(view, agent.AgentNumber, now.Logins, Clock.GetUtcNow());
        loaded = true;
        if (!restored)
        {
            foreach (var draft in (await Drafts.OfAsync(agent.Id, ct)).DistinctBy(d => d.Leg)) calls.Restore(StoredJson.Read<DeskCall>(draft.Call));
            restored = true;
        }

        foreach (var call in calls.All.Where(c => c is { HasForms: true, CallNumber: 0 }).ToList())
            calls.Put(call with { CallNumber = await Numbers.OfAsync(Pbx.Name, call.UniqueId, ct) });
    }

    private string Who(DeskCall call) => call.Name.Length > 0 ? call.Name : call.Number.Length > 0 ? call.Number : Texts["unknown"];

    private async Task CloseAsync(DeskCall call)
    {
        if (calls.IsUnsaved(call.Leg)
            && !await Dialogs.AskAsync(Texts["close.title"], Texts["close.question"], Texts["close.yes"], Texts["close.warning"])) return;
        if (now is not null) await Drafts.DropAsync(now.Agent.Id, call.Leg, CancellationToken.None);
        calls.Close(call.Leg);
    }
}
