using MudBlazor;

namespace Expand.Server.Ui;

/// <summary>
/// Petrol ink on warm paper, and its night side. Every text colour has at least 4.5 : 1 against its ground (WCAG AA). The same colours
/// stand in <c>expand.css</c> for the pages that work without a connection.
/// </summary>
internal static class UiTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial", "sans-serif"];

    public static readonly MudTheme Expand = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0e5a63",
            PrimaryContrastText = "#ffffff",
            Secondary = "#9c4a1a",
            Tertiary = "#5b5f97",
            Info = "#23617f",
            Success = "#2f6b3c",
            Warning = "#8a5a00",
            Error = "#a8332b",
            Dark = "#12343b",
            TextPrimary = "#1b2b2f",
            TextSecondary = "#4d5f63",
            TextDisabled = "#7c8a8d",
            ActionDefault = "#40565b",
            Background = "#f5f2ec",
            BackgroundGray = "#ece8df",
            Surface = "#fffdf9",
            AppbarBackground = "#12343b",
            AppbarText = "#f5f2ec",
            DrawerBackground = "#ece8df",
            DrawerText = "#1b2b2f",
            DrawerIcon = "#40565b",
            LinesDefault = "#d9d3c6",
            LinesInputs = "#87928f",
            TableLines = "#e4dfd3",
            TableHover = "#f1ede4",
            Divider = "#d9d3c6",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#72c7c3",
            PrimaryContrastText = "#0b1a1d",
            Secondary = "#e5a477",
            SecondaryContrastText = "#241206",
            Tertiary = "#aeb1e8",
            Info = "#86c0dd",
            InfoContrastText = "#08171f",
            Success = "#8ac795",
            SuccessContrastText = "#0a1c0e",
            Warning = "#e3b75c",
            WarningContrastText = "#221700",
            Error = "#f0918a",
            ErrorContrastText = "#2a0805",
            Dark = "#0b1a1d",
            TextPrimary = "#e4e9e7",
            TextSecondary = "#a9b8b8",
            TextDisabled = "#71827f",
            ActionDefault = "#b4c3c2",
            Background = "#0d181b",
            BackgroundGray = "#122125",
            Surface = "#15252a",
            AppbarBackground = "#0a2328",
            AppbarText = "#e4e9e7",
            DrawerBackground = "#101d21",
            DrawerText = "#e4e9e7",
            DrawerIcon = "#a9b8b8",
            LinesDefault = "#2a3d42",
            LinesInputs = "#64787b",
            TableLines = "#24363b",
            TableHover = "#1a2d32",
            Divider = "#2a3d42",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".925rem", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Fonts, FontSize = ".95rem", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Fonts, FontSize = ".875rem", LetterSpacing = "0" },
            H4 = new H4Typography { FontFamily = Fonts, FontSize = "1.75rem", FontWeight = "650", LetterSpacing = "-.015em" },
            H6 = new H6Typography { FontFamily = Fonts, FontSize = "1.1rem", FontWeight = "650", LetterSpacing = "-.005em" },
            Button = new ButtonTypography { FontFamily = Fonts, FontSize = ".875rem", FontWeight = "600", LetterSpacing = "0", TextTransform = "none" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "248px", AppbarHeight = "56px" },
    };
}
