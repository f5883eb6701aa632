namespace Expand.Server.Ui.Pages;

/// <summary>What a form with nothing but the own password gives.</summary>
internal sealed class OwnPassword
{
    public string? Password { get; set; }
}
