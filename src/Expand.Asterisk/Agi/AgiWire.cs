using System.IO.Pipelines;
using System.Threading.Channels;

namespace Expand.Asterisk.Agi;

/// <summary>The one loop that owns a connection: reads the request, then the answers, and hears the hang-up between them.</summary>
internal sealed class AgiWire(Stream stream, AgiOptions options, TimeProvider clock) : IDisposable
{
    private readonly PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 2048, leaveOpen: true));
    private readonly CancellationTokenSource hungUp = new();
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>One answer at most is awaited: a second that nobody asked for breaks the protocol.</summary>
    private readonly Channel<AgiReply> replies = Channel.CreateBounded<AgiReply>(1);

    private volatile bool asked;

    public CancellationToken HungUp => hungUp.Token;

    public async Task<AgiRequest> ReadRequestAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        while (await NextLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0) return AgiRequest.Parse(lines);
            if (lines.Count >= options.MaxLines) throw new AgiEndedException($"The AGI request has more than {options.MaxLines} lines.");
            lines.Add(line);
        }

        throw new AgiEndedException("The connection was closed before the AGI request was whole.");
    }

    /// <summary>Runs beside the service, until the connection ends.</summary>
    public async Task ListenAsync(CancellationToken ct)
    {
        try
        {
            var lines = 0;
            while (await NextLineAsync(ct).ConfigureAwait(false) is { } line)
            {
                if (line == AgiParser.HangUp)
                {
                    await hungUp.CancelAsync().ConfigureAwait(false);
                    continue;
                }

                // What goes before the last line of an answer of several says how the command is written, which we know.
                if (++lines > options.MaxLines) throw new AgiEndedException("An AGI answer has too many lines.");
                if (AgiParser.GoesOn(line) || AgiParser.Reply(line) is not { } reply) continue;
                lines = 0;
                if (!asked || !replies.Writer.TryWrite(reply)) throw new AgiEndedException("An AGI answer came that nobody asked for.");
            }

            replies.Writer.TryComplete();
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            replies.Writer.TryComplete(end);
        }

        // Closed: there is no call to serve either.
        await hungUp.CancelAsync().ConfigureAwait(false);
    }

    public async Task<AgiReply> AskAsync(byte[] command, CancellationToken ct)
    {
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            asked = true;
            return await WriteAndReadAsync(command, ct).WaitAsync(options.CommandTimeout, clock, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A late answer would be taken for the next command's.
            replies.Writer.TryComplete();
            throw new AgiEndedException($"Asterisk gave no answer to an AGI command within {options.CommandTimeout}.");
        }
        catch (Exception end) when (end is ChannelClosedException or IOException or ObjectDisposedException)
        {
            throw new AgiEndedException("Asterisk closed the AGI session.", end);
        }
        finally
        {
            asked = false;
            turn.Release();
        }
    }

    private async Task<AgiReply> WriteAndReadAsync(byte[] command, CancellationToken ct)
    {
        await stream.WriteAsync(command, ct).ConfigureAwait(false);
        return await replies.Reader.ReadAsync(ct).ConfigureAwait(false);
    }

    public void Dispose()
    {
        reader.Complete();
        hungUp.Dispose();
        turn.Dispose();
    }

    /// <summary>Null where the connection is closed.</summary>
    private async Task<string?> NextLineAsync(CancellationToken ct)
    {
        while (true)
        {
            var read = await reader.ReadAsync(ct).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (AgiParser.TryReadLine(ref buffer, options.MaxLineBytes, out var line))
            {
                reader.AdvanceTo(buffer.Start);
                return line;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }
}
