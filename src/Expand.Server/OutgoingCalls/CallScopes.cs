namespace Expand.Server.OutgoingCalls;

/// <summary>Use cases for the pages: a page's own scope lasts as long as its browser, so each use gets one of its own.</summary>
internal sealed class CallScopes(IServiceScopeFactory scopes)
{
    public async Task<T> UseAsync<T>(Func<PendingCalls, Task<T>> use)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<PendingCalls>());
    }

    public async Task<T> ClaimAsync<T>(Func<CallClaims, Task<T>> use)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<CallClaims>());
    }
}
