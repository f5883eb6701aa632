using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Recordings.Pages;

/// <summary>Configuración / Sistema / Grabaciones: where recordings are, how long they are kept, and what is wrong with that.</summary>
public partial class GrabacionesAjustes
{
    private FormRefusal refusal = null!;
    private Draft draft = new();
    private RecordingSettings begun = new();
    private DateTimeOffset? readAt;
    private RecordingCheckup? checkup;
    private ArchiveSize? size;
    private bool saving;
    private bool checking;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private bool IsChanged => draft.ToSettings() != begun;

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
    protected override async Task LoadAsync(CancellationToken ct)
    {
        if (!IsChanged && Section.InForce.ChangedAt != readAt) Begin();
        size = await Archive.SizeAsync(ct);
    }

    /// <inheritdoc />
    protected override Task UntilNextAsync(CancellationToken ct) => Task.Delay(TimeSpan.FromSeconds(5), Clock, ct);

    private void Begin()
    {
        var inForce = Section.InForce;
        (begun, readAt, draft, refusal.Failure) = (inForce.Value, inForce.ChangedAt, Draft.Of(inForce.Value), null);
    }

    private async Task SaveAsync()
    {
        if (!IsChanged) return;
        if (draft.ToSettings() is not { } settings)
        {
            refusal.Failure = Failure.Invalid(nameof(RecordingSettings.KeepDays), "is a number of days");
            return;
        }

        // What is to be deleted by the change itself is said before.
        if (settings.KeepDays is { } days && (begun.KeepDays is not { } before || days < before)
            && !await Dialogs.AskAsync(Texts["shorter.title"], Texts["shorter", days], Shared["save"], Texts["shorter.warning"])) return;
        await ChangeAsync(settings, Texts["saved"]);
    }

    private async Task ResetAsync()
    {
        if (await Dialogs.AskAsync(Texts["reset.title"], Texts["reset.question"], Texts["reset"])) await ChangeAsync(null, Texts["reset.done"]);
    }

    private async Task ChangeAsync(RecordingSettings? settings, string done)
    {
        if (saving) return;
        saving = true;
        try
        {
            refusal.Failure = await Section.ChangeAsync(settings, readAt, Me, Leaving);
            if (refusal.Failure is not null) return;
            Begin();
            checkup = null;
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

    private async Task CheckAsync()
    {
        checking = true;
        checkup = null;
        checkup = await Check.RunAsync(Leaving);
        checking = false;
    }

    private static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < units.Length - 1; unit++) value /= 1000;
        return $"{value.ToString(unit == 0 ? "0" : "0.#", CultureInfo.CurrentCulture)} {units[unit]}";
    }

    /// <summary>The fields as they are written.</summary>
    private sealed class Draft
    {
        public string? Folder { get; set; } = "";

        public string? Mp3Folder { get; set; } = "";

        public string? KeepDays { get; set; } = "";

        public int Bitrate { get; set; } = 32;

        public static Draft Of(RecordingSettings settings) => new()
        {
            Folder = settings.Folder,
            Mp3Folder = settings.Mp3Folder,
            KeepDays = settings.KeepDays?.ToString(CultureInfo.InvariantCulture) ?? "",
            Bitrate = settings.Mp3Bitrate,
        };

        /// <summary>Null where the days are no number.</summary>
        public RecordingSettings? ToSettings()
        {
            var text = (KeepDays ?? "").Trim();
            int? days = null;
            if (text.Length > 0)
            {
                if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
                days = number;
            }

            return new() { Folder = (Folder ?? "").Trim(), Mp3Folder = (Mp3Folder ?? "").Trim(), KeepDays = days, Mp3Bitrate = Bitrate };
        }
    }
}
