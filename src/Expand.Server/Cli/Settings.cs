using System.CommandLine;
using System.Globalization;
using Expand.Server.Platform;

namespace Expand.Server.Cli;

/// <summary>The settings of a run: the settings file, then the environment, then the command line; the later wins.</summary>
internal sealed record Settings(IConfiguration Configuration, string DataFolder, int Port)
{
    private const int DefaultPort = 8080;

    public static Settings Of(ParseResult parsed, string? port = null)
    {
        var named = parsed.GetValue(CommandLine.Config);
        var file = Path.GetFullPath(named ?? "expand.json");
        if (named is not null && !File.Exists(file)) throw new SettingException($"the settings file {file} is missing");
        var builder = new ConfigurationBuilder();
        if (File.Exists(file)) builder.AddJsonFile(file, optional: false);
        builder.AddEnvironmentVariables();
        if (parsed.GetValue(CommandLine.Data) is { } data) builder.AddInMemoryCollection([new("Expand:DataFolder", data)]);
        if (port is not null) builder.AddInMemoryCollection([new("Expand:Port", port)]);
        try
        {
            var configuration = builder.Build();
            var number = DefaultPort;
            if (configuration["Expand:Port"] is { } text && (!int.TryParse(text, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
                throw new SettingException($"the port '{text}' is not a number from 1 to 65535");
            return new Settings(configuration, configuration["Expand:DataFolder"] ?? ".expand", number);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"the settings file {file} cannot be read: {wrong.InnerException?.Message ?? wrong.Message}", wrong);
        }
    }
}
