using Microsoft.AspNetCore.Components;

namespace Expand.Server.Ui.Wallboard;

/// <summary>A row of the wallboard: drawn anew only where what it shows has changed. There may be hundreds, and the wallboard changes several times a second.</summary>
/// <typeparam name="TRow">What it shows; equal where nothing of it has changed.</typeparam>
public abstract class WallRow<TRow> : ComponentBase
    where TRow : class
{
    private TRow? drawn;

    /// <summary>What it shows.</summary>
    [Parameter, EditorRequired]
    public TRow Row { get; set; } = null!;

    /// <summary>How often it was drawn: what the tests of its cost ask.</summary>
    internal int Draws { get; private set; }

    /// <inheritdoc />
    protected override void OnInitialized() => Draw();

    /// <inheritdoc />
    protected override bool ShouldRender() => !Row.Equals(drawn) && Draw();

    private bool Draw()
    {
        drawn = Row;
        Draws++;
        return true;
    }
}
