using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;
using MudBlazor.Services;

namespace Expand.Server.Ui;

/// <summary>
/// The component library's keyboard service, not waited for where it changes what a key does. <c>MudSelect</c> waits for the browser's answer to
/// that before it takes the value that was just chosen (its <c>SelectOption</c> closes the list first): whoever chose and pressed the button within one
/// round trip saved, or was asked for, the value of before.
/// </summary>
internal sealed class PromptKeys(IKeyInterceptorService inner) : IKeyInterceptorService
{
    /// <summary>Puts it before the library's own, which has been registered.</summary>
    public static void Register(IServiceCollection services)
    {
        var library = services.Last(service => service.ServiceType == typeof(IKeyInterceptorService)).ImplementationType!;
        services.AddScoped<IKeyInterceptorService>(provider =>
            new PromptKeys((IKeyInterceptorService)ActivatorUtilities.CreateInstance(provider, library)));
    }

    public Task UpdateKeyAsync(IKeyInterceptorObserver observer, KeyOptions option) => UpdateKeyAsync(observer.ElementId, option);

    public Task UpdateKeyAsync(string elementId, KeyOptions option)
    {
        _ = SendAsync(elementId, option);
        return Task.CompletedTask;
    }

    public Task SubscribeAsync(IKeyInterceptorObserver observer, KeyInterceptorOptions options) => inner.SubscribeAsync(observer, options);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, Action<KeyMapBuilder> build) => inner.SubscribeAsync(elementId, options, build);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, IKeyDownObserver? keyDown = null, IKeyUpObserver? keyUp = null) =>
        inner.SubscribeAsync(elementId, options, keyDown, keyUp);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, Action<KeyboardEventArgs>? keyDown = null, Action<KeyboardEventArgs>? keyUp = null) =>
        inner.SubscribeAsync(elementId, options, keyDown, keyUp);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, Func<KeyboardEventArgs, Task>? keyDown = null, Func<KeyboardEventArgs, Task>? keyUp = null) =>
        inner.SubscribeAsync(elementId, options, keyDown, keyUp);

    public Task DispatchAsync(string elementId, KeyEventKind kind, KeyboardEventArgs args) => inner.DispatchAsync(elementId, kind, args);

    public Task UnsubscribeAsync(IKeyInterceptorObserver observer) => inner.UnsubscribeAsync(observer);

    public Task UnsubscribeAsync(string elementId) => inner.UnsubscribeAsync(elementId);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task SendAsync(string elementId, KeyOptions option)
    {
        try
        {
            await inner.UpdateKeyAsync(elementId, option);
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // What a key does in a page that is gone.
        }
    }
}
