using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Expand.Simulator.Engine;

/// <summary>The one thread of control of the model. Everything that happens in the simulated PBX is a command or a timer of this
/// loop, so the model needs no locks and, under a fake clock, replays exactly.</summary>
internal sealed class SimulatorLoop : IAsyncDisposable
{
    private readonly Channel<Action> commands = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly PriorityQueue<SimTimer, (long Due, long Order)> timers = new();
    private readonly TimeProvider time;
    private readonly double speed;
    private readonly ILogger log;
    private readonly DateTimeOffset origin;
    private readonly ITimer alarm;
    private readonly Task running;
    private long order;
    private long now;

    public SimulatorLoop(TimeProvider time, double speed, ILogger log)
    {
        (this.time, this.speed, this.log) = (time, speed, log);
        origin = time.GetUtcNow();
        now = origin.UtcTicks;
        alarm = time.CreateTimer(_ => commands.Writer.TryWrite(static () => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        running = Task.Run(RunAsync);
    }

    /// <summary>Simulated time: inside a timer, the moment for which it was set, however late it runs.</summary>
    public DateTimeOffset Now => new(now, TimeSpan.Zero);

    /// <summary>Runs <paramref name="command"/> on the loop, later.</summary>
    public void Post(Action command) => commands.Writer.TryWrite(command);

    /// <summary>Runs <paramref name="question"/> on the loop and gives its answer.</summary>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepted = commands.Writer.TryWrite(() =>
        {
            try
            {
                answer.SetResult(question());
            }
#pragma warning disable CA1031 // The asker gets whatever it was.
            catch (Exception e)
#pragma warning restore CA1031
            {
                answer.SetException(e);
            }
        });
        if (!accepted) answer.SetException(new ObjectDisposedException(nameof(PbxSimulator)));
        return answer.Task;
    }

    /// <summary>Sets a timer; on the loop only.</summary>
    public SimTimer After(TimeSpan delay, Action action)
    {
        var timer = new SimTimer(action);
        timers.Enqueue(timer, (now + Math.Max(0, delay.Ticks), ++order));
        return timer;
    }

    /// <summary>Forgets every timer (the PBX crashed).</summary>
    public void ForgetTimers() => timers.Clear();

    private async Task RunAsync()
    {
        var reader = commands.Reader;
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            RunTimers();
            // Bounded, so that a flood of commands does not hold the timers back.
            for (var i = 0; i < 256 && reader.TryRead(out var command); i++) Run(command);
            RunTimers();
            Rearm();
        }
    }

    private void RunTimers()
    {
        var wall = Wall();
        while (timers.TryPeek(out var timer, out var at) && at.Due <= wall)
        {
            timers.Dequeue();
            if (timer.IsCancelled) continue;
            now = Math.Max(now, at.Due);
            Run(timer.Action);
        }
        now = Math.Max(now, wall);
    }

    private void Rearm()
    {
        while (timers.TryPeek(out var cancelled, out _) && cancelled.IsCancelled) timers.Dequeue();
        if (!timers.TryPeek(out _, out var next))
        {
            alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        // Never early: a timer of the system has whole milliseconds.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((next.Due - Wall()) / speed / TimeSpan.TicksPerMillisecond));
        alarm.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, Timeout.InfiniteTimeSpan);
    }

    private long Wall() => origin.UtcTicks + (long)((time.GetUtcNow() - origin).Ticks * speed);

    private void Run(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // One broken call must not stop the PBX; the log says which.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.ModelFailed(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        commands.Writer.TryComplete();
        await running.ConfigureAwait(false);
        await alarm.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>A timer of the loop; cancelling is a mark, the heap drops it when it comes up.</summary>
internal sealed class SimTimer(Action action)
{
    public Action Action { get; } = action;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;
}
