namespace Expand.Server.Forms.Pages;

/// <summary>Where the pages of forms are.</summary>
internal static class FormAddresses
{
    public const string All = "/administracion/ajustes/formularios";
    public const string New = All + "/editor";

    public static string EditorOf(DynamicForm form) => $"{New}/{form.Name}";

    public static string EntriesOf(DynamicForm form) => $"{All}/registros/{form.Name}";

    public static string ExportOf(DynamicForm form, string from, string to) => $"{FormFiles.Entries}?formulario={form.Name}&desde={from}&hasta={to}";
}
