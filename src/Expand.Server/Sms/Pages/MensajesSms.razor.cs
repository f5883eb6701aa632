using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Sms.Pages;

/// <summary>Supervisión / SMS: what was sent and what became of it, and the drafts.</summary>
public partial class MensajesSms
{
    internal const string Address = "/supervision/sms";

    private const int PageSize = 50;

    /// <summary>Counted no further: what is more is only "more than".</summary>
    private const int CountedMost = 10_000;

    /// <summary>After which message each page begins that was turned, the one that is shown on top.</summary>
    private readonly Stack<int> places = new();

    private SmsSearch search = new();
    private List<SmsListed>? rows;
    private int count;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private string Counted => count > CountedMost ? Texts["count.more", Number(CountedMost)] : count == 1 ? Texts["count.one"] : Texts["count", Number(count)];

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        var filter = search.Filter(Time);
        var found = await History.PageAsync(filter, places.TryPeek(out var after) ? after : null, PageSize + 1, ct);
        count = await History.CountAsync(filter, CountedMost + 1, ct);
        rows = found;
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.CurrentCulture);

    private static string AddressOf(SmsMessage message) => message.QueuedAt is null ? RedactarSms.AddressOf(message.Id) : MensajeSms.AddressOf(message.Id);

    private Task SearchAsync(SmsSearch other)
    {
        search = other;
        places.Clear();
        return ReloadAsync();
    }

    private Task OnAsync()
    {
        places.Push(rows![PageSize - 1].Message.Id);
        return ReloadAsync();
    }

    private Task BackAsync()
    {
        places.Pop();
        return ReloadAsync();
    }

    private async Task DeleteAsync(SmsMessage draft)
    {
        if (!await Dialogs.AskAsync(Texts["delete.title"], Texts["delete.question", SmsText.Short(draft.Text)], Shared["delete"], Texts["delete.warning"])) return;
        var failure = await Sms.UseAsync<SmsDrafts, Platform.Failure?>(use => use.DeleteAsync(draft.Id, Me, CancellationToken.None));
        Notices.Add(failure is null ? Texts["deleted"] : new FormRefusal(Texts, Shared).Told(failure), failure is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }

    private async Task ResendAsync(SmsListed listed)
    {
        if (!await Dialogs.AskAsync(Texts["resend.title"], Texts["resend.question", Number(listed.Tally.Failed), SmsText.Short(listed.Message.Text)], Texts["resend"], Texts["resend.warning"])) return;
        var (resent, failure) = await Sms.UseAsync<SmsResending, Platform.Result<int>>(use => use.ResendAsync(listed.Message.Id, null, Me, CancellationToken.None));
        Notices.Add(failure is null ? Texts["resent", resent] : failure.Field is null ? new FormRefusal(Texts, Shared).Told(failure) : Texts["wrong." + failure.Field].Value, failure is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }
}
