using MudBlazor;

namespace Expand.Server.Platform.Pages;

/// <summary>How dialogs of pages behave.</summary>
internal static class Asking
{
    /// <summary>A dialog with a form: no stray click closes it, and its first field is focused by the form itself (<c>expandUi.focus</c>).</summary>
    public static readonly DialogOptions Form = new() { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false, DefaultFocus = DefaultFocus.None };

    /// <summary>A question.</summary>
    public static readonly DialogOptions Question = new() { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, DefaultFocus = DefaultFocus.FirstChild };

    /// <summary>What is shown once: neither a stray click nor a key closes it.</summary>
    public static readonly DialogOptions Once = Form with { CloseOnEscapeKey = false, DefaultFocus = DefaultFocus.FirstChild };

    /// <summary>Asks before something is done; true where the visitor says so.</summary>
    /// <param name="dialogs">The page's dialogs.</param>
    /// <param name="title">The question in short.</param>
    /// <param name="question">What would happen.</param>
    /// <param name="answer">The word of the button that does it.</param>
    /// <param name="warning">What cannot be undone; null where nothing is lost.</param>
    public static async Task<bool> AskAsync(this IDialogService dialogs, string title, string question, string answer, string? warning = null)
    {
        var parameters = new DialogParameters<ConfirmDialog> { { d => d.Question, question }, { d => d.Answer, answer }, { d => d.Warning, warning } };
        var asked = await dialogs.ShowAsync<ConfirmDialog>(title, parameters, Question);
        return await asked.Result is { Canceled: false };
    }
}
