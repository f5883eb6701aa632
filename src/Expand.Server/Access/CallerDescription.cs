using Expand.Server.Platform;

namespace Expand.Server.Access;

/// <summary>What an administrator says of the system that uses a key or a credential.</summary>
internal static class CallerDescription
{
    /// <summary>Longest description that is kept.</summary>
    public const int Length = 200;

    /// <summary>The refusal that names the rule, or null; <paramref name="clean"/> is without the blanks around it.</summary>
    public static Failure? Validate(string description, out string clean)
    {
        clean = description.Trim();
        if (clean.Length == 0) return Failure.Invalid("description", "the system that uses it must be described");
        if (clean.Length > Length) return Failure.Invalid("description", $"the description may have {Length} characters at most");
        return clean.Any(char.IsControl) ? Failure.Invalid("description", "the description may not hold control characters") : null;
    }
}
