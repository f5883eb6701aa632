using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Expand.Server.Ui;

/// <summary>Names the shell's texts: <c>UiText.resx</c> in Spanish, <c>UiText.en.resx</c> in English.</summary>
internal sealed class UiText;

/// <summary>The component library's own texts that show up in our pages; what is not listed stays as the library has it.</summary>
internal sealed class MudTexts(IStringLocalizer<UiText> texts) : MudLocalizer
{
    public override LocalizedString this[string key] => texts[key];

    public override LocalizedString this[string key, params object[] arguments] => texts[key, arguments];
}
