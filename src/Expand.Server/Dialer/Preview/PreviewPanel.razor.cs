using Expand.Server.Platform;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Dialer.Preview;

/// <summary>The contacts that an agent of preview campaigns calls.</summary>
public partial class PreviewPanel
{
    private IReadOnlyList<PreviewCampaign> campaigns = [];
    private PreviewCall? current;
    private PreviewCall? last;
    private bool busy;

    /// <summary>The agent's user id.</summary>
    [Parameter, EditorRequired]
    public int UserId { get; set; }

    /// <summary>The names of the agent's queues.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<string> Queues { get; set; } = [];

    /// <summary>The number of the extension that the agent is logged in at; empty: none.</summary>
    [Parameter, EditorRequired]
    public string Extension { get; set; } = "";

    /// <summary>A call is followed closely; where nothing goes on, hundreds of desks ask seldom.</summary>
    protected override Task UntilNextAsync(CancellationToken ct) =>
        Task.Delay(TimeSpan.FromSeconds(current is { GoesOn: true } ? 1 : campaigns.Count > 0 ? 4 : 15), Clock, ct);

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        campaigns = await Desk.UseAsync(use => use.CampaignsAsync(Queues, ct));
        current = await Desk.UseAsync(use => use.CurrentAsync(UserId, ct));
        last = current is null && campaigns.Count > 0 ? await Desk.UseAsync(use => use.LastAsync(UserId, ct)) : null;
    }

    private string Count(int due) => due == 0 ? Texts["due.none"] : due == 1 ? Texts["due.one"] : due >= PreviewDesk.MostCounted ? Texts["due.many", PreviewDesk.MostCounted] : Texts["due", due];

    private Task TakeAsync() => DoAsync(async () =>
    {
        var taken = await Desk.UseAsync(use => use.TakeAsync(UserId, Queues, CancellationToken.None));
        return taken.Failure is { Kind: FailureKind.NotFound } ? Texts["none-due"].Value : Told(taken.Failure);
    });

    private Task PassAsync() => DoAsync(async () =>
        current is { } call ? Told((await Desk.UseAsync(use => use.PassAsync(call.Attempt.Id, UserId, CancellationToken.None))).Failure) : null);

    private Task CallAsync() => DoAsync(async () =>
        current is { } call ? Told((await Desk.UseAsync(use => use.CallAsync(call.Attempt.Id, UserId, Extension, CancellationToken.None))).Failure) : null);

    private Task HangUpAsync() => DoAsync(async () =>
        current is { } call && !await Desk.UseAsync(use => use.HangUpAsync(call.Attempt.Id, UserId, CancellationToken.None)) ? Texts["not-hung-up"].Value : null);

    private string? Told(Failure? failure) =>
        failure is null ? null
        : failure.Field is { } field ? Texts["wrong." + field].Value
        : failure.Kind == FailureKind.Conflict ? Texts["failure.Conflict"].Value : Shared["failure." + failure.Kind].Value;

    /// <summary>One deed at a time.</summary>
    private async Task DoAsync(Func<Task<string?>> deed)
    {
        if (busy) return;
        busy = true;
        try
        {
            if (await deed() is { } refused) Notices.Add(refused, Severity.Error);
            await ReloadAsync();
        }
        finally
        {
            busy = false;
        }
    }
}
