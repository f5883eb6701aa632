using Expand.Server.Platform.Rest;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Expand.Server.Access.Inspector;

/// <summary>
/// Notes the requests of SOAP and REST clients. On their way it costs a copy of the first bytes and no more: reading, masking and writing
/// are done in the background (<see cref="InspectorWriter"/>), and nobody waits for them.
/// </summary>
internal sealed class InspectorCapture(RequestDelegate next, InspectorQueue queue, IOptions<InspectorOptions> options, TimeProvider clock)
{
    public const string SoapRoot = "/apiws";

    /// <summary>Calls of operations, and whatever is asked of the REST API.</summary>
    public static bool Concerns(HttpContext http) =>
        http.Request.Path.StartsWithSegments(RestRoutes.Root) || (HttpMethods.IsPost(http.Request.Method) && http.Request.Path.StartsWithSegments(SoapRoot));

    public Task InvokeAsync(HttpContext http)
    {
        if (queue.HasRoom) return NoteAsync(http);
        // More come than are kept: of thousands a second nobody misses one, and each is answered the sooner.
        queue.PassedBy();
        return next(http);
    }

    private async Task NoteAsync(HttpContext http)
    {
        var inspection = new Inspection(clock.GetUtcNow(), options.Value.BodyBytes);
        var (features, sent) = (http.Features, http.Request.Body);
        var response = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var pipe = features.Get<IRequestBodyPipeFeature>();
        var reader = new HeadReader(http.Request.BodyReader, inspection.Body);
        http.Request.Body = reader.AsStream(leaveOpen: true);
        features.Set<IRequestBodyPipeFeature>(reader);
        features.Set<IHttpResponseBodyFeature>(new HeadWriter(response, inspection.Answer));
        features.Set(inspection);
        try
        {
            await next(http);
        }
        finally
        {
            http.Request.Body = sent;
            features.Set(pipe);
            features.Set(response);
            features.Set<Inspection>(null);
            if (inspection.Body.Seen == 0) Glance(reader);
            inspection.End(http);
            if (inspection.Caller.Length > 0 || IsRefused(inspection)) queue.Offer(inspection);
        }
    }

    private static bool IsRefused(Inspection inspection) => inspection.Refusal is not null || inspection.Status >= StatusCodes.Status400BadRequest;

    /// <summary>A body that nobody wanted: what of it is there already is looked at, and left where it is.</summary>
    private static void Glance(HeadReader reader)
    {
        try
        {
            reader.Glance();
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection is gone, or the body was refused for its size.
        }
    }
}

internal static class InspectorDoor
{
    /// <summary>Must come after the addresses of proxies are settled and before whatever answers.</summary>
    public static WebApplication UseInspector(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<InspectorOptions>>().Value.Enabled)
            app.UseWhen(InspectorCapture.Concerns, calls => calls.UseMiddleware<InspectorCapture>());
        return app;
    }
}
