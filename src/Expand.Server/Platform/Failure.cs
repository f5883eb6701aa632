namespace Expand.Server.Platform;

/// <summary>What kind of refusal a use case answers with; doors translate it to their own codes.</summary>
internal enum FailureKind
{
    /// <summary>The request itself is wrong; <see cref="Failure.Field"/> names the field.</summary>
    Invalid,

    /// <summary>What the request speaks of does not exist.</summary>
    NotFound,

    /// <summary>The state of things does not allow it.</summary>
    Conflict,

    /// <summary>It was meant for a version of the thing that is not the current one.</summary>
    Changed,

    /// <summary>Something that it needs cannot be asked at this moment.</summary>
    Unavailable,

    /// <summary>It comes faster than it is taken; a moment later it would be.</summary>
    TooMany,
}

/// <summary>An expected refusal, as a value: exceptions are for what nobody planned.</summary>
/// <param name="Kind">The kind of refusal.</param>
/// <param name="Message">What is wrong and which rule says so; safe to show.</param>
/// <param name="Field">The field at fault, where there is one.</param>
/// <param name="Fields">The fields at fault with the rules that each breaks, where there may be several.</param>
internal sealed record Failure(FailureKind Kind, string Message, string? Field = null, IReadOnlyDictionary<string, string[]>? Fields = null)
{
    public static Failure Invalid(string field, string message) => new(FailureKind.Invalid, message, field);

    /// <summary>Several fields of one request, each with its rule.</summary>
    public static Failure Several(IReadOnlyDictionary<string, string> rules) => new(
        FailureKind.Invalid, string.Join("; ", rules.Take(5).Select(r => $"{r.Key}: {r.Value}")), rules.Keys.First(),
        rules.ToDictionary(r => r.Key, r => new[] { r.Value }));

    public static Failure NotFound(string what) => new(FailureKind.NotFound, $"{what} does not exist");

    public static Failure Conflict(string message) => new(FailureKind.Conflict, message);

    public static Failure Changed(string message) => new(FailureKind.Changed, message);

    public static Failure Unavailable(string message) => new(FailureKind.Unavailable, message);

    public static Failure TooMany(string message) => new(FailureKind.TooMany, message);
}

/// <summary>A value or the refusal that stands in its place.</summary>
internal readonly record struct Result<T>(T? Value, Failure? Failure)
{
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Failure failure) => new(default, failure);
}
