using Expand.Server.Platform.Outbound;
using Polly;
using Polly.CircuitBreaker;

namespace Expand.Server.Crm;

/// <summary>How a service is doing, as this host sees it since it was started.</summary>
/// <param name="Calls">Calls that were asked of it.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="Skipped">Calls that were not asked of it because the circuit was open.</param>
/// <param name="LastAt">When it was last asked; null: never.</param>
/// <param name="LastTook">How long that took.</param>
/// <param name="FailedAt">When a call last failed; null: never.</param>
/// <param name="LastFailure">What was wrong then.</param>
/// <param name="OpenUntil">Until when it is not asked; null while the circuit is closed.</param>
/// <param name="IsProbing">Whether the next call is the one that decides.</param>
internal sealed record CrmLineState(
    long Calls, long Failures, long Skipped, DateTimeOffset? LastAt, TimeSpan LastTook, DateTimeOffset? FailedAt, CrmAnswer? LastFailure, DateTimeOffset? OpenUntil, bool IsProbing);

/// <summary>
/// One service behind a circuit breaker: a service that is away three times is not asked for half a minute, so that calls go on at once; then one call tries
/// it again.
/// </summary>
internal sealed class CrmLine(CrmOperation operation, OutboundHttp http, TimeProvider clock, ILogger log)
{
    /// <summary>How long the circuit stays open.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private CrmServiceSettings? settings;
    private ResiliencePipeline<CrmAnswer>? pipeline;
    private CircuitBreakerStateProvider? circuit;
    private CrmLineState state = new(0, 0, 0, null, default, null, null, null, false);

    public CrmLineState State
    {
        get
        {
            lock (gate)
            {
                var isOpen = state.OpenUntil is not null;
                return state with { IsProbing = isOpen && (circuit?.CircuitState == CircuitState.HalfOpen || state.OpenUntil <= clock.GetUtcNow()) };
            }
        }
    }

    /// <summary>Calls the service. Never throws but for <paramref name="ct"/>; a caller who hangs up does not end the call: its outcome counts.</summary>
    public async Task<CrmAnswer> CallAsync(CrmServiceSettings service, IReadOnlyList<KeyValuePair<string, string>> arguments, CancellationToken ct)
    {
        try
        {
            return await PipelineFor(service).ExecuteAsync(async token => await AskAsync(service, arguments, token), ct);
        }
        catch (BrokenCircuitException)
        {
            lock (gate) state = state with { Skipped = state.Skipped + 1 };
            return CrmAnswer.Open;
        }
    }

    private async Task<CrmAnswer> AskAsync(CrmServiceSettings service, IReadOnlyList<KeyValuePair<string, string>> arguments, CancellationToken ct)
    {
        using var request = CrmRequest.Of(service, operation, arguments).Make(service);
        var answer = CrmAnswer.Of(await http.SendAsync(request, service.Timeout, ct), operation, service);
        var now = clock.GetUtcNow();
        lock (gate)
        {
            state = state with { Calls = state.Calls + 1, LastAt = now, LastTook = answer.Http!.Took };
            if (!answer.IsSuccess) state = state with { Failures = state.Failures + 1, FailedAt = now, LastFailure = answer };
        }

        if (!answer.IsSuccess) log.ServiceFailed(operation.Name, answer.Problem, answer.Detail);
        return answer;
    }

    /// <summary>A service with other settings is another service: its circuit begins closed.</summary>
    private ResiliencePipeline<CrmAnswer> PipelineFor(CrmServiceSettings service)
    {
        lock (gate)
        {
            if (pipeline is not null && service == settings) return pipeline;
            (settings, circuit) = (service, new CircuitBreakerStateProvider());
            state = state with { OpenUntil = null };
            var own = circuit;
            return pipeline = new ResiliencePipelineBuilder<CrmAnswer> { TimeProvider = clock }.AddCircuitBreaker(new CircuitBreakerStrategyOptions<CrmAnswer>
            {
                ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Result is { IsOutage: true }),
                FailureRatio = 0.5,
                MinimumThroughput = 3,
                SamplingDuration = TimeSpan.FromMinutes(2),
                BreakDuration = Break,
                StateProvider = circuit,
                OnOpened = opened =>
                {
                    Move(own, clock.GetUtcNow() + opened.BreakDuration);
                    log.CircuitOpened(operation.Name, opened.BreakDuration);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    Move(own, null);
                    log.CircuitClosed(operation.Name);
                    return ValueTask.CompletedTask;
                },
            }).Build();
        }
    }

    /// <summary>A call that was under way when the settings were changed says nothing of the service that is meant now.</summary>
    private void Move(CircuitBreakerStateProvider whose, DateTimeOffset? openUntil)
    {
        lock (gate)
        {
            if (ReferenceEquals(whose, circuit)) state = state with { OpenUntil = openUntil };
        }
    }
}
