namespace Expand.Server.OutgoingCalls;

/// <summary>
/// Tells the pages of this host that a call was changed here, at once. What other hosts change they see with their next look (<see cref="Look"/>).
/// </summary>
internal sealed class CallsChanged
{
    /// <summary>How often a page looks for what other hosts changed.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private TaskCompletionSource next = New();

    /// <summary>Completes at the next change.</summary>
    public Task Next
    {
        get { lock (gate) return next.Task; }
    }

    public void Raise()
    {
        lock (gate)
        {
            next.SetResult();
            next = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
