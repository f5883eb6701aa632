namespace Expand.Server.Platform;

/// <summary>The version of a thing that a change is meant for: the one that whoever asks for it has seen.</summary>
internal sealed class ExpectedVersion
{
    private readonly IReadOnlyList<int>? versions;

    private ExpectedVersion(IReadOnlyList<int>? versions) => this.versions = versions;

    /// <summary>Whatever it is by now.</summary>
    public static ExpectedVersion Any { get; } = new(null);

    /// <summary>Whether any version will do.</summary>
    public bool IsAny => versions is null;

    /// <summary>One of these; where there are none, no version will do.</summary>
    public static ExpectedVersion OneOf(IEnumerable<int> versions) => new([.. versions]);

    /// <summary>The refusal of a change that is meant for another version than the current one; null where it may be made.</summary>
    /// <param name="current">The version that the thing has.</param>
    /// <param name="what">The thing, as a client knows it.</param>
    public Failure? Refusal(int current, string what) => IsAny || versions!.Contains(current) ? null : Changed(what);

    /// <summary>What is told of a thing that has another version than the expected one.</summary>
    public static Failure Changed(string what) => Failure.Changed($"{what} was changed since the version that this change is meant for; read it again");
}
