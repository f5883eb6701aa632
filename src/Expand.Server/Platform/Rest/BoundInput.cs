namespace Expand.Server.Platform.Rest;

/// <summary>A part of the request that was read and may be wrong: the handler is not called then.</summary>
internal interface IBoundInput
{
    /// <summary>What is wrong with it; null where nothing is.</summary>
    Problem? Problem { get; }
}

/// <summary>Answers for requests whose parts are wrong, all the wrong fields in one problem.</summary>
internal static class BoundInput
{
    public static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var inputs = context.Arguments.OfType<IBoundInput>().ToList();
        // A route without parameters refuses them all alike.
        if (!inputs.OfType<Query>().Any() && await Query.BindAsync(context.HttpContext) is { } none) inputs.Add(none);
        var wrong = inputs.Select(input => input.Problem).OfType<Problem>().ToList();
        return wrong.Count == 0 ? await next(context) : Joined(wrong);
    }

    /// <summary>What is no JSON or no such media type has its own status, and comes before any field.</summary>
    private static Problem Joined(List<Problem> wrong) =>
        wrong.Find(p => p.Status != StatusCodes.Status400BadRequest) ?? (wrong.Count == 1
            ? wrong[0]
            : Problem.Of(wrong.SelectMany(p => p.Errors).GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.SelectMany(e => e.Value).Distinct().ToArray())));
}
