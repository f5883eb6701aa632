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

/// <summary>Lines of a bulk answer.</summary>
internal static class BulkLines
{
    /// <summary>What the room says became of the row.</summary>
    public static BulkLine Of(long row, RowOutcome outcome) => outcome.Failure is { } failure
        ? Refused(row, failure.ToProblem())
        : new() { Row = row, Status = outcome.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, Id = outcome.Id };

    /// <summary>A row that no room was given.</summary>
    public static BulkLine Refused(long row, Problem problem) => new()
    {
        Row = row,
        Status = problem.Status,
        ErrrorCode = Problem.CodeOf(problem.Status),
        Detail = problem.Detail,
        Errors = problem.Errors is { Count: > 0 } errors ? errors : null,
    };
}
