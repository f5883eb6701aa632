using Expand.Server.Platform;

namespace Expand.Server.Forms;

/// <summary>Forms that agents fill in while they talk: what they ask, and what was answered.</summary>
internal static class FormsModule
{
    public static IServiceCollection AddForms(this IServiceCollection services) =>
        services.AddLocalization().AddSingleton<EntryIds>().AddSingleton<FormDefinitions>().AddSingleton<FormEntries>()
            .AddSingleton<FormDrafts>().AddSingleton<CallNumbers>().AddScoped<IDemoPart, FormsDemo>();
}
