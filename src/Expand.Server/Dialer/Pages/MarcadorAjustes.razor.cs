using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Dialer.Pages;

/// <summary>Configuración / Sistema / Marcador: ways out, public holidays, and what counts for all campaigns.</summary>
public partial class MarcadorAjustes
{
    private static readonly string[] DayFormats = ["yyyy-MM-dd", "d/M/yyyy", "d-M-yyyy", "d.M.yyyy"];

    /// <summary>Uruguay's days off that have the same date every year: month and day.</summary>
    private static readonly (int Month, int Day)[] Fixed = [(1, 1), (5, 1), (7, 18), (8, 25), (12, 25)];

    private FormRefusal refusal = null!;
    private SettingsDraft draft = new();
    private DialerSettings begun = new();
    private DateTimeOffset? readAt;
    private bool saving;
    private string day = "";
    private string pasted = "";
    private string? dayWrong;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), Time.Zone).DateTime);

    private int ThisYear => Today.Year;

    private bool IsChanged => draft.ToSettings() is not { Value: { } now } || !IsSame(now, begun);

    /// <summary>Whether somebody else changed them while this visitor writes.</summary>
    private bool IsOutdated => Section.InForce.ChangedAt != readAt && IsChanged;

    /// <inheritdoc />
    protected override Task OnInitializedAsync()
    {
        refusal = new FormRefusal(Texts, Shared);
        Begin();
        return base.OnInitializedAsync();
    }

    /// <inheritdoc />
    protected override Task LoadAsync(CancellationToken ct)
    {
        if (!IsChanged && Section.InForce.ChangedAt != readAt) Begin();
        return Task.CompletedTask;
    }

    private static bool IsSame(DialerSettings a, DialerSettings b) =>
        a.Trunks.SequenceEqual(b.Trunks) && a.Holidays.SequenceEqual(b.Holidays) && a with { Trunks = b.Trunks, Holidays = b.Holidays } == b;

    private static string Told(DateOnly date) => date.ToString("ddd d MMM", CultureInfo.CurrentCulture);

    private string? At(int trunk, string field) => refusal.IsAt($"Trunks:{trunk}:{field}") ? Texts["wrong.Trunks." + field].Value : null;

    private void Begin()
    {
        var inForce = Section.InForce;
        draft = SettingsDraft.Of(inForce.Value);
        (begun, readAt, refusal.Failure) = (draft.ToSettings().Value!, inForce.ChangedAt, null);
    }

    private void Up(int index) => (draft.Trunks[index - 1], draft.Trunks[index]) = (draft.Trunks[index], draft.Trunks[index - 1]);

    private void AddDay()
    {
        Add([day]);
        day = "";
    }

    private void AddYear(int year) => Add(Fixed.Select(d => new DateOnly(year, d.Month, d.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    private void AddPasted()
    {
        if (Add(pasted.Split(['\n', ',', ';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))) pasted = "";
    }

    /// <summary>All of them, or none where one is no day.</summary>
    private bool Add(IEnumerable<string> texts)
    {
        var days = new List<DateOnly>();
        foreach (var text in texts)
        {
            if (!DateOnly.TryParseExact(text, DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var one))
            {
                dayWrong = Texts["holiday.wrong", text];
                return false;
            }

            days.Add(one);
        }

        dayWrong = null;
        draft.Holidays = [.. draft.Holidays.Concat(days).Distinct().Order()];
        return true;
    }

    private async Task SaveAsync()
    {
        if (!IsChanged || saving) return;
        var settings = draft.ToSettings();
        refusal.Failure = settings.Failure;
        if (settings.Failure is not null) return;
        if (!settings.Value!.Enabled && begun.Enabled && !await Dialogs.AskAsync(Texts["off.title"], Texts["off.question"], Texts["off.answer"])) return;
        await ChangeAsync(settings.Value, Texts["saved"]);
    }

    private async Task ResetAsync()
    {
        if (await Dialogs.AskAsync(Texts["reset.title"], Texts["reset.question"], Texts["reset"])) await ChangeAsync(null, Texts["reset.done"]);
    }

    private async Task ChangeAsync(DialerSettings? settings, string done)
    {
        saving = true;
        try
        {
            refusal.Failure = await Section.ChangeAsync(settings, readAt, Me, Leaving);
            if (refusal.Failure is not null) return;
            Begin();
            Notices.Add(done, Severity.Success);
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

    /// <summary>The fields as they are written.</summary>
    private sealed class SettingsDraft
    {
        public bool Enabled { get; set; } = true;

        public string? CallerId { get; set; } = "";

        public string? WindowMinutes { get; set; } = "";

        public string? WaitSeconds { get; set; } = "";

        public string? WrapUpSeconds { get; set; } = "";

        public string? ImportMegabytes { get; set; } = "";

        public List<TrunkDraft> Trunks { get; } = [];

        public List<DateOnly> Holidays { get; set; } = [];

        public static SettingsDraft Of(DialerSettings settings)
        {
            var draft = new SettingsDraft
            {
                Enabled = settings.Enabled,
                CallerId = settings.CallerId,
                WindowMinutes = Text(settings.WindowMinutes),
                WaitSeconds = Text(settings.WaitSeconds),
                WrapUpSeconds = Text(settings.WrapUpSeconds),
                ImportMegabytes = Text(settings.ImportMegabytes),
                Holidays = [.. settings.Holidays.Distinct().Order()],
            };
            draft.Trunks.AddRange(settings.Trunks.Select(t => new TrunkDraft { Name = t.Name, Dial = t.Dial, MaxCalls = t.MaxCalls is { } most ? Text(most) : "" }));
            return draft;
        }

        /// <summary>The settings, or the first field that is no number.</summary>
        public Result<DialerSettings> ToSettings()
        {
            string? wrong = null;
            int Whole(string field, string? text)
            {
                if (int.TryParse((text ?? "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
                wrong ??= field;
                return 0;
            }

            var settings = new DialerSettings
            {
                Enabled = Enabled,
                CallerId = (CallerId ?? "").Trim(),
                WindowMinutes = Whole(nameof(WindowMinutes), WindowMinutes),
                WaitSeconds = Whole(nameof(WaitSeconds), WaitSeconds),
                WrapUpSeconds = Whole(nameof(WrapUpSeconds), WrapUpSeconds),
                ImportMegabytes = Whole(nameof(ImportMegabytes), ImportMegabytes),
                Trunks =
                [
                    .. Trunks.Select((t, i) => new DialerTrunk
                    {
                        Name = (t.Name ?? "").Trim(),
                        Dial = (t.Dial ?? "").Trim(),
                        MaxCalls = string.IsNullOrWhiteSpace(t.MaxCalls) ? null : Whole($"Trunks:{i}:MaxCalls", t.MaxCalls),
                    }),
                ],
                Holidays = Holidays,
            };
            return wrong is null ? settings : Failure.Invalid(wrong, "takes a number");
        }

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A way out as it is written.</summary>
    private sealed class TrunkDraft
    {
        public string? Name { get; set; } = "";

        public string? Dial { get; set; } = "";

        public string? MaxCalls { get; set; } = "";
    }
}
