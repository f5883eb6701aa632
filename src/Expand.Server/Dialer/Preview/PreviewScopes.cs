namespace Expand.Server.Dialer.Preview;

/// <summary>The use cases for pages: a page's own scope lasts as long as its browser, so each use gets one of its own.</summary>
internal sealed class PreviewScopes(IServiceScopeFactory scopes)
{
    public async Task<T> UseAsync<T>(Func<PreviewDesk, Task<T>> use)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<PreviewDesk>());
    }
}
