using Microsoft.AspNetCore.Authorization;

namespace Expand.Server.Platform.Rest;

/// <summary>The query parameters of a route, for its reading and its documentation.</summary>
internal sealed record QueryDoc(IReadOnlyList<QueryParameter> Parameters);

/// <summary>A body that a route takes: its type, an instance or JSON text as the example, and its media type.</summary>
internal sealed record BodyDoc(Type Type, object Example, string ContentType = "application/json");

/// <summary>An answer of a route: status, type, an instance or JSON text as the example, and its media type.</summary>
internal sealed record AnswerDoc(int Status, Type Type, object Example, string ContentType = "application/json");

/// <summary>Statuses that a route refuses with, beyond those that every route has; <c>Detail</c>: what such a refusal says, as the example.</summary>
internal sealed record RefusalDoc(IReadOnlyList<int> Statuses, string? Detail = null);

/// <summary>The route's answers have an ETag.</summary>
internal sealed record ETagDoc;

/// <summary>The route answers without the database.</summary>
internal sealed record FromMemoryDoc;

/// <summary>The scope that a route asks for.</summary>
internal sealed record ScopeDoc(string Scope);

/// <summary>Routes of the REST API: how a room opens its door, and says what is behind it.</summary>
internal static class RestRoutes
{
    /// <summary>Where the API is.</summary>
    public const string Root = "/expandweb3/api";

    /// <summary>A group of routes below <see cref="Root"/>, behind Basic authentication and a scope.</summary>
    public static RouteGroupBuilder MapRest(this IEndpointRouteBuilder routes, string path, string scope, string tag) =>
        routes.MapGroup(Root + path).WithTags(tag)
            .RequireAuthorization(new AuthorizationPolicyBuilder(RestScheme.Name).RequireAuthenticatedUser().RequireClaim(RestScheme.ScopeClaim, scope).Build())
            .WithMetadata(new ScopeDoc(scope))
            .DisableAntiforgery()
            .AddEndpointFilter(BoundInput.RefuseAsync)
            .AddEndpointFilter(Idempotency.ApplyAsync);

    /// <summary>Declares the query parameters: the handler's <see cref="Query"/> reads these and no others.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, params QueryParameter[] parameters) => route.WithMetadata(new QueryDoc(parameters));

    /// <summary>Documents the JSON body.</summary>
    public static RouteHandlerBuilder AcceptsJson<T>(this RouteHandlerBuilder route, object example) => route.WithMetadata(new BodyDoc(typeof(T), example));

    /// <summary>Documents a body of one JSON object a line.</summary>
    public static RouteHandlerBuilder AcceptsNdjson<T>(this RouteHandlerBuilder route, object example) =>
        route.WithMetadata(new BodyDoc(typeof(T), example, Bulk.ContentType), new AnswerDoc(200, typeof(BulkLine), Bulk.Example, Bulk.ContentType));

    /// <summary>Documents an answer.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status, object example, string contentType = "application/json") =>
        route.WithMetadata(new AnswerDoc(status, typeof(T), example, contentType));

    /// <summary>Documents refusals beyond those that every route has.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new RefusalDoc(statuses));

    /// <summary>Documents a refusal with what it says, as the example.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, int status, string detail) => route.WithMetadata(new RefusalDoc([status], detail));

    /// <summary>Documents that the route answers without the database, also while that is away.</summary>
    public static RouteHandlerBuilder AnswersFromMemory(this RouteHandlerBuilder route) => route.WithMetadata(new FromMemoryDoc());

    /// <summary>Documents that the answers have an ETag.</summary>
    public static RouteHandlerBuilder HasETag(this RouteHandlerBuilder route) => route.WithMetadata(new ETagDoc());
}
