using System.Text;
using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Cli;

/// <summary>A password for a command: never an argument, which every user of the machine could read in the list of processes.</summary>
internal static class Password
{
    /// <summary>A new one of 20 characters that no shell needs to quote.</summary>
    public static string New() => Users.NewPassword();

    /// <summary>The first line of standard input; from a terminal asked for twice, without showing it.</summary>
    /// <exception cref="SettingException">None was given, or the two differ.</exception>
    public static string Ask()
    {
        if (Console.IsInputRedirected)
            return Console.In.ReadLine() is { Length: > 0 } line ? line : throw new SettingException("no password came on standard input");
        var first = Type("Password: ");
        return first == Type("Again: ") ? first : throw new SettingException("the two passwords differ");
    }

    private static string Type(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
