using Microsoft.Extensions.Options;

namespace Expand.Server.Platform;

/// <summary>A section of the settings as an options class, checked at the start.</summary>
internal static class SettingSection
{
    /// <summary>The section's options; a rule that one breaks, and a value of the wrong type, stop the start with a line that names the setting.</summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, string section)
        where T : class =>
        services.AddOptions<T>()
            .Configure<IConfiguration>((options, configuration) => Read(() => configuration.GetSection(section).Bind(options)))
            .ValidateDataAnnotations().ValidateOnStart();

    /// <summary>Reads settings; what cannot be converted is the operator's to mend, and the binder's message names it.</summary>
    public static void Read(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidOperationException wrong)
        {
            throw new SettingException(wrong.Message, wrong);
        }
    }
}
