namespace Expand.Server.Sms;

/// <summary>Use cases for the pages: a page's own scope lasts as long as its browser, so each use gets one of its own.</summary>
internal sealed class SmsScopes(IServiceScopeFactory scopes)
{
    public async Task<T> UseAsync<TUseCase, T>(Func<TUseCase, Task<T>> use)
        where TUseCase : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TUseCase>());
    }
}
