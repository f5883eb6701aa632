using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Sms.Pages;

/// <summary>Supervisión / SMS: one message, and what became of it with each recipient.</summary>
public partial class MensajeSms
{
    private const int PageSize = 100;

    /// <summary>After which recipient each page begins that was turned, the one that is shown on top.</summary>
    private readonly Stack<long> places = new();

    private SmsListed? listed;
    private List<SmsRecipient> rows = [];
    private DateTimeOffset now;
    private bool loaded;
    private bool onlyFailed;

    /// <summary>The message.</summary>
    [Parameter]
    public int Id { get; set; }

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    internal static string AddressOf(int message) => string.Create(CultureInfo.InvariantCulture, $"/supervision/sms/{message}");

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        var found = await History.FindAsync(Id, ct);
        rows = found is null ? [] : await History.RecipientsAsync(Id, onlyFailed, places.TryPeek(out var after) ? after : 0, PageSize + 1, ct);
        (listed, now, loaded) = (found, Clock.GetUtcNow(), true);
    }

    private Task FilterAsync(bool failed)
    {
        onlyFailed = failed;
        places.Clear();
        return ReloadAsync();
    }

    private Task OnAsync()
    {
        places.Push(rows[PageSize - 1].Id);
        return ReloadAsync();
    }

    private Task BackAsync()
    {
        places.Pop();
        return ReloadAsync();
    }

    private async Task ResendAsync(SmsRecipient? recipient)
    {
        var question = recipient is null
            ? Texts["resend.question", listed!.Tally.Failed.ToString("N0", CultureInfo.CurrentCulture), SmsText.Short(listed.Message.Text)]
            : recipient.Failure == SmsFailure.Unknown ? Texts["resend.question.doubt", recipient.Number] : Texts["resend.question.one", recipient.Number];
        if (!await Dialogs.AskAsync(Texts["resend.title"], question, Texts["resend"], recipient is { Failure: not SmsFailure.Unknown } ? null : Texts["resend.warning"].Value)) return;
        var (count, failure) = await Sms.UseAsync<SmsResending, Result<int>>(use => use.ResendAsync(Id, recipient?.Id, Me, CancellationToken.None));
        Notices.Add(failure is null ? Texts["resent", count] : failure.Field is null ? new FormRefusal(Texts, Shared).Told(failure) : Texts["wrong." + failure.Field].Value, failure is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }
}
