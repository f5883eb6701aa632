namespace Expand.Server.Platform.Rest;

/// <summary>What the REST API's routes stand on.</summary>
internal static class RestModule
{
    public static IServiceCollection AddRest(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => RestJson.Configure(options.SerializerOptions));
        return services.AddHostedService<IdempotencySweep>();
    }

    /// <summary>Whatever is refused or fails below the API's root is answered as a problem document.</summary>
    public static WebApplication UseRest(this WebApplication app)
    {
        app.UseWhen(http => http.Request.Path.StartsWithSegments(RestRoutes.Root), rest => rest.UseMiddleware<Refusals>());
        return app;
    }
}
