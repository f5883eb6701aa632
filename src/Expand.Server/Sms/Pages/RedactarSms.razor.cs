using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Sms.Pages;

/// <summary>Supervisión / SMS: a message written, counted while it is, kept as a draft or sent.</summary>
public sealed partial class RedactarSms : IDisposable
{
    internal const string Address = "/supervision/sms/redactar";

    /// <summary>With more recipients than this it is asked once more.</summary>
    private const int Many = 10;

    private readonly CancellationTokenSource leaving = new();
    private FormRefusal refusal = null!;
    private string text = "";
    private string recipients = "";
    private string sender = "";
    private bool promotional;
    private int version;
    private SmsCount count = SmsText.Count("");
    private IReadOnlyList<string> numbers = [];
    private IReadOnlyList<string> bad = [];
    private bool busy;
    private bool loading;
    private bool gone;

    /// <summary>The draft; null: a new message.</summary>
    [Parameter]
    public int? Id { get; set; }

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    internal static string AddressOf(int draft) => string.Create(CultureInfo.InvariantCulture, $"/supervision/sms/borradores/{draft}");

    /// <inheritdoc />
    protected override void OnInitialized() => refusal = new FormRefusal(Texts, Shared);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Id is not { } id || version > 0) return;
        loading = true;
        var draft = await Sms.UseAsync<SmsDrafts, SmsMessage?>(use => use.FindAsync(id, leaving.Token));
        (loading, gone) = (false, draft is null);
        if (draft is null) return;
        (sender, promotional, version) = (draft.Sender, draft.IsPromotional, draft.Version);
        Written(draft.Text);
        Addressed(draft.DraftRecipients);
    }

    private void Written(string? value)
    {
        text = value ?? "";
        var plain = SmsText.Normal(text);
        count = SmsText.Count(PlainText.Holds(plain, lines: true) ? plain : "");
    }

    private void Addressed(string? value)
    {
        recipients = value ?? "";
        (numbers, bad) = SmsNumbers.ReadPasted(recipients);
    }

    private async Task SendAsync()
    {
        if (busy) return;
        var form = new SmsForm(text, [.. numbers, .. bad], sender, promotional);
        var (order, wrong) = form.Check();
        refusal.Failure = wrong;
        if (order is null) return;
        var sum = (order.Count.Segments * order.Numbers.Count).ToString("N0", CultureInfo.CurrentCulture);
        if (order.Numbers.Count > Many && !await Dialogs.AskAsync(Texts["send.title"], Texts["send.question", order.Numbers.Count.ToString("N0", CultureInfo.CurrentCulture), sum], Texts["send"], Texts["send.warning"])) return;
        await DoAsync(() => Sms.UseAsync<SmsOutbox, Result<SmsQueued>>(use => Id is { } draft
            ? use.SendDraftAsync(draft, version, form, Me, CancellationToken.None)
            : use.SendAsync(form, Me, CancellationToken.None)), sent =>
        {
            var refused = sent.Refused.Count;
            if (refused < order.Numbers.Count) Notices.Add(Texts["queued", order.Numbers.Count - refused], Severity.Success);
            if (refused > 0) Notices.Add(Texts["queued.listed", refused], Severity.Warning);
            Navigation.NavigateTo(MensajeSms.AddressOf(sent.Id));
        });
    }

    private Task SaveAsync() => DoAsync(
        () => Sms.UseAsync<SmsDrafts, Result<SmsMessage>>(use => use.SaveAsync(Id, version, text, recipients, sender, Me, CancellationToken.None, promotional)), saved =>
        {
            Notices.Add(Texts["saved.draft"], Severity.Success);
            version = saved.Version;
            if (Id is null) Navigation.NavigateTo(AddressOf(saved.Id), replace: true);
        });

    private async Task DoAsync<T>(Func<Task<Result<T>>> deed, Action<T> done)
    {
        if (busy) return;
        busy = true;
        try
        {
            var (made, failure) = await deed();
            refusal.Failure = failure;
            if (failure is null) done(made!);
        }
        finally
        {
            busy = false;
        }
    }
}
