using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Ui.Wallboard;

/// <summary>A refusal of the wallboard's use cases as a sentence: their refusals name what is in the way (<c>wrong.FIELD</c>).</summary>
internal sealed class WallRefusal(IStringLocalizer<WallText> texts, IStringLocalizer<PageText> shared)
{
    public string Told(Failure failure) =>
        failure.Field is { } field && texts["wrong." + field] is { ResourceNotFound: false } text ? text : new FormRefusal(texts, shared).Told(failure);
}
