using System.Text.Json;
using Microsoft.JSInterop;

namespace Expand.Server.Ui.Wallboard;

/// <summary>
/// What a supervisor has set on the wallboard, remembered by the browser: a screen on the wall warns of other things than a desk, and the phone that rings
/// is the one beside it. Public because components are.
/// </summary>
public sealed record WallSettings
{
    private const string Key = "expand.wallboard";

    /// <summary>A wait longer than this many seconds is too long.</summary>
    public int WaitSeconds { get; set; } = 60;

    /// <summary>A service level under this many percent is too low.</summary>
    public int LevelPercent { get; set; } = 80;

    /// <summary>A pause longer than this many minutes is too long.</summary>
    public int PauseMinutes { get; set; } = 20;

    /// <summary>A call longer than this many minutes is too long.</summary>
    public int TalkMinutes { get; set; } = 15;

    /// <summary>The supervisor's own extension: it rings to listen.</summary>
    public string Extension { get; set; } = "";

    /// <summary>What this browser remembers; where that is nothing, or nothing that can be read, the defaults.</summary>
    public static async Task<WallSettings> ReadAsync(IJSRuntime script, CancellationToken ct)
    {
        try
        {
            var text = await script.InvokeAsync<string?>("localStorage.getItem", ct, Key);
            return (text is null ? null : JsonSerializer.Deserialize<WallSettings>(text))?.Bounded() ?? new();
        }
        catch (Exception unreadable) when (unreadable is JsonException or JSException)
        {
            return new();
        }
    }

    /// <summary>Has the browser remember it; one that may not keep anything forgets it with the page.</summary>
    public async Task KeepAsync(IJSRuntime script, CancellationToken ct)
    {
        try
        {
            await script.InvokeVoidAsync("localStorage.setItem", ct, Key, JsonSerializer.Serialize(this));
        }
        catch (JSException)
        {
            // Private windows of some browsers keep nothing.
        }
    }

    private WallSettings Bounded() => this with
    {
        WaitSeconds = Math.Clamp(WaitSeconds, 1, 3600),
        LevelPercent = Math.Clamp(LevelPercent, 0, 100),
        PauseMinutes = Math.Clamp(PauseMinutes, 1, 600),
        TalkMinutes = Math.Clamp(TalkMinutes, 1, 600),
        Extension = Extension is { Length: <= 32 } given ? given : "",
    };
}
