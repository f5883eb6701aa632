using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Platform.Embedded;

/// <summary>Section <c>Demo</c>: how busy the simulator's call centre is by itself.</summary>
internal sealed class DemoOptions
{
    /// <summary>Mean number of callers a minute over all queues; 0: nobody calls, and the demonstration's campaign begins paused.</summary>
    [Range(0.0, 600.0)]
    public double CallsPerMinute { get; set; } = 4;

    /// <summary>Mean number a minute of agents who pause, log out and in, or call a customer; 0: they sit still.</summary>
    [Range(0.0, 600.0)]
    public double MovesPerMinute { get; set; } = 1.5;

    /// <exception cref="SettingException">A value is of the wrong type or out of its range.</exception>
    public static DemoOptions Of(IConfiguration configuration)
    {
        var options = new DemoOptions();
        SettingSection.Read(() => configuration.GetSection("Demo").Bind(options));
        List<ValidationResult> wrong = [];
        return Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true)
            ? options
            : throw new SettingException($"section Demo: {string.Join("; ", wrong.Select(w => w.ErrorMessage))}");
    }
}
