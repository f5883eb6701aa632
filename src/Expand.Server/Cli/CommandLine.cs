using System.CommandLine;
using Expand.Server.Platform;
using Microsoft.Extensions.Options;

namespace Expand.Server.Cli;

/// <summary>
/// The command line of the one binary: without a command it serves. What stops a start (a taken port, a missing program, a wrong
/// setting) is one clear line on standard error and exit code 2.
/// </summary>
internal static class CommandLine
{
    public static readonly Option<string> Data = new("--data") { Description = "Data folder (default .expand)", Recursive = true };
    public static readonly Option<string> Config = new("--config") { Description = "Settings file (default expand.json, where it is there)", Recursive = true };
    private static readonly Option<string> Port = new("--port") { Description = "Port on 127.0.0.1 (default 8080)" };
    private static readonly Option<string> PbxKind = new("--pbx") { Description = "The PBX to bring along where none is configured: simulator (default) or asterisk" };

    public static async Task<int> RunAsync(string[] args, Rooms rooms)
    {
        PbxKind.AcceptOnlyFromAmong("simulator", "asterisk");
        var root = new RootCommand("eXpand: an open server for call centres. Without a command it serves.") { Data, Config, Port, PbxKind };
        root.SetAction((parsed, ct) => GuardAsync(() =>
            Serve.RunAsync(Settings.Of(parsed, parsed.GetValue(Port)), parsed.GetValue(PbxKind) ?? "simulator", rooms, ct)));
        root.Subcommands.Add(KeysCommand.Make(rooms));
        root.Subcommands.Add(CredentialsCommand.Make(rooms));
        root.Subcommands.Add(UsersCommand.Make(rooms));
        root.Subcommands.Add(QueuesCommand.Make(rooms));
        root.Subcommands.Add(PausesCommand.Make(rooms));
        root.Subcommands.Add(ListsCommand.Make(rooms));
        root.Subcommands.Add(CampaignsCommand.Make(rooms));
        root.Subcommands.Add(DoNotCallCommand.Make(rooms));
        root.Subcommands.Add(FormsCommand.Make(rooms));
        root.Subcommands.Add(WebhooksCommand.Make(rooms));
        root.Subcommands.Add(SumsCommand.Make(rooms));
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0) return Complain($"{parsed.Errors[0].Message} (--help tells more)");
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>Turns what the operator can mend into one line.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (SettingException wrong)
        {
            return Complain(wrong.Message);
        }
        catch (OptionsValidationException wrong)
        {
            return Complain(string.Join("; ", wrong.Failures));
        }
        catch (AggregateException wrong) when (wrong.InnerExceptions.All(one => one is OptionsValidationException))
        {
            // Sections of several rooms at once.
            return Complain(string.Join("; ", wrong.InnerExceptions.Cast<OptionsValidationException>().SelectMany(one => one.Failures)));
        }
        catch (Npgsql.NpgsqlException wrong)
        {
            return Complain($"PostgreSQL cannot be used: {wrong.Message}");
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static int Complain(string line)
    {
        Console.Error.WriteLine("expand: " + line.ReplaceLineEndings(" "));
        return 2;
    }
}
