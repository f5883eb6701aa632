namespace Expand.Server.Platform;

/// <summary>A setting, a port or a program that stops the start. Its message is the one line that the operator sees; exit code 2.</summary>
internal sealed class SettingException : Exception
{
    public SettingException(string message) : base(message)
    {
    }

    public SettingException(string message, Exception inner) : base(message, inner)
    {
    }
}
