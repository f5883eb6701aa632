using System.Text.Json.Serialization;

namespace Expand.Server.Platform.Rest;

/// <summary>What became of a row of a bulk request: a line of its answer.</summary>
public sealed record BulkLine
{
    /// <summary>The row's line in the request, counted from 1; empty lines count too.</summary>
    public required long Row { get; init; }

    /// <summary>201: added; 200: it was there, and is now as the row says; else why it was refused, as a status of the API.</summary>
    public required int Status { get; init; }

    /// <summary>The id of what was added or changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Id { get; init; }

    /// <summary>The code of a refusal.</summary>
    [JsonPropertyName("errrorCode")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ErrrorCode { get; init; }

    /// <summary>What is wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>The fields at fault.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}

/// <summary>What a room says became of a row.</summary>
internal readonly record struct BulkOutcome(int Status, long? Id, Problem? Problem)
{
    public static BulkOutcome Added(long id) => new(StatusCodes.Status201Created, id, null);

    public static BulkOutcome Updated(long id) => new(StatusCodes.Status200OK, id, null);

    /// <summary>It is as the row says already.</summary>
    public static BulkOutcome Unchanged(long id) => Updated(id);

    public static BulkOutcome Refused(Failure failure) => Refused(failure.ToProblem());

    public static BulkOutcome Refused(Problem problem) => new(problem.Status, null, problem);

    public BulkLine Line(long row) => new()
    {
        Row = row,
        Status = Status,
        Id = Id,
        ErrrorCode = Problem is null ? null : Problem.CodeOf(Status),
        Detail = Problem?.Detail,
        Errors = Problem is { Errors.Count: > 0 } ? Problem.Errors : null,
    };
}
