using System.Globalization;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using MudBlazor;

namespace Expand.Server.Dialer.Pages;

/// <summary>Supervisión / Campañas / a campaign: how it is set up; and a new one.</summary>
public partial class CampanaConfigurar
{
    private static readonly IReadOnlyList<string> Zones =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(id => id.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private FormRefusal refusal = null!;
    private CampaignDraft? draft;
    private CampaignForm? begun;
    private Campaign? seen;
    private bool saving;

    private bool IsNew => Id == 0;

    private bool IsStored => View?.Campaign.State == CampaignState.Stored;

    /// <summary>Whether the campaign is over: only its name and description are anybody's to change.</summary>
    private bool IsOver => View?.Campaign.Life.HasEnded == true;

    /// <summary>Whether what calls depend on is held: it calls, or it is over.</summary>
    private bool IsHeld => IsOver || View?.Campaign.State == CampaignState.Active;

    private string? Held => View?.Campaign.State switch
    {
        CampaignState.Active => Texts["held.Active"].Value,
        CampaignState.Finalized => Texts["held.Finalized"].Value,
        CampaignState.Stored => Texts["held.Stored"].Value,
        _ => null,
    };

    /// <summary>What cannot be read as a form differs from what it began with.</summary>
    private bool IsChanged => draft is not null && begun is not null && (draft.ToForm().Value is not { } form || !Campaigns.IsSame(form, begun));

    private bool IsOutdated => seen is not null && View is not null && View.Campaign.Version != seen.Version && IsChanged;

    private IEnumerable<string> WrongFields => (refusal.Failure!.Fields?.Keys ?? [refusal.Failure.Field!]).Select(name => Texts["field." + name].Value);

    private IEnumerable<string> QueueNames =>
        Catalog.All.Select(q => q.Name).Concat(Picture.Queues).Concat(draft!.Queue.Length > 0 ? [draft.Queue] : []).Distinct(StringComparer.Ordinal).Order(StringComparer.CurrentCulture);

    private IEnumerable<string> Trunks => Dialer.Value.Ways.Select(t => t.Name).Concat(draft!.Trunk.Length > 0 ? [draft.Trunk] : []).Distinct(StringComparer.Ordinal);

    /// <summary>The next holidays that the campaign would meet.</summary>
    private string HolidayWords
    {
        get
        {
            if (Dialer.Value.Holidays.Count == 0) return Texts["holidays.none"];
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), Time.Zone).DateTime);
            var next = Dialer.Value.Holidays.Where(day => day >= today).Order().Take(4).Select(day => day.ToString("d MMM yyyy", CultureInfo.CurrentCulture)).ToList();
            return next.Count == 0 ? Texts["holidays.past"] : Texts["holidays.next", string.Join(" · ", next)];
        }
    }

    /// <inheritdoc />
    protected override Task OnInitializedAsync()
    {
        refusal = new FormRefusal(Texts, Shared);
        if (IsNew) draft = CampaignDraft.New(Time.Zone.Id);
        return base.OnInitializedAsync();
    }

    private protected override Task LoadMoreAsync(CancellationToken ct)
    {
        // What somebody else saved is shown at once to whoever has changed nothing.
        if (!IsNew && (seen is null || (View!.Campaign.Version != seen.Version && !IsChanged))) Begin();
        return Task.CompletedTask;
    }

    private string QueueName(string queue)
    {
        if (queue.Length == 0) return Texts["queue.none"];
        var description = Catalog.DescriptionOf(queue);
        return description == queue ? queue : $"{description} ({queue})";
    }

    private string TrunkName(string trunk) => trunk.Length == 0 ? Texts["trunk.first", Dialer.Value.Ways[0].Name] : trunk;

    private void Begin()
    {
        seen = View!.Campaign;
        draft = CampaignDraft.Of(CampaignForm.Of(seen));
        // As the draft has it: what it shows in another way (a time that is a day's end) has not changed by that.
        begun = draft.ToForm().Value;
        refusal.Failure = null;
    }

    private async Task SaveAsync()
    {
        if (saving || draft is null) return;
        var form = draft.ToForm();
        refusal.Failure = form.Failure;
        if (form.Failure is not null) return;
        saving = true;
        try
        {
            var done = await Desk.CampaignsAsync(c => IsNew
                ? c.CreateAsync(form.Value!, Me, CancellationToken.None)
                : c.ChangeAsync(Id, form.Value!, ExpectedVersion.OneOf([seen!.Version]), Me, CancellationToken.None));
            refusal.Failure = done.Failure;
            if (done.Value is not { } campaign) return;
            Notices.Add(Texts[IsNew ? "new.done" : "saved", campaign.Name], Severity.Success);
            if (IsNew) Navigation.NavigateTo(CampaignAddresses.Of(campaign.Id));
            else await AgainAsync();
        }
        catch (System.Data.Common.DbException)
        {
            refusal.Failure = Failure.Unavailable("the database cannot be asked");
        }
        finally
        {
            saving = false;
        }
    }

    private async Task AgainAsync()
    {
        await ReloadAsync();
        if (View is not null) Begin();
    }
}
