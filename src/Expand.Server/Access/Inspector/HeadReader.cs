using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Expand.Server.Access.Inspector;

/// <summary>A request's body on its way to whoever reads it: the first bytes are kept in passing, all others go by untouched.</summary>
internal sealed class HeadReader(PipeReader inner, Head head) : PipeReader, IRequestBodyPipeFeature
{
    private ReadOnlySequence<byte> last;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!last.IsEmpty) head.Add(last.Slice(0, consumed));
        last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(cancellationToken);
        last = read.Buffer;
        return read;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        last = result.Buffer;
        return true;
    }

    /// <summary>Keeps what has arrived already, without waiting for more and without taking it.</summary>
    public void Glance()
    {
        if (!inner.TryRead(out var there)) return;
        head.Add(there.Buffer);
        inner.AdvanceTo(there.Buffer.Start);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
}
