using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Queues;

/// <summary>Server-sent events on their way to one client (WHATWG HTML, "9.2 Server-sent events"); what is written goes out with the next flush.</summary>
internal sealed class EventWriter(PipeWriter output, EventWords words) : IDisposable
{
    /// <summary>Milliseconds that a client waits before it comes back.</summary>
    private const int Retry = 2000;

    private readonly Utf8JsonWriter json = new(output, new JsonWriterOptions { Encoder = RestJson.Options.Encoder, SkipValidation = true });

    /// <summary>Where the client would go on from.</summary>
    private LiveCursor? told;

    /// <summary>Whether something was written since the last flush.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Whether the client has not taken yet what was sent.</summary>
    public bool IsBlocked { get; private set; }

    public void Begin() => Write($"retry: {Retry}\n\n");

    public void Event(LiveEvent one, EventFilter filter)
    {
        Write($"id: {Text(one.Cursor)}\nevent: {EventWords.NameOf(one.Kind)}\ndata: ");
        // JSON has no line breaks in it: one line of data.
        JsonSerializer.Serialize(json, words.Of(one, filter), RestJson.Options);
        json.Flush();
        json.Reset();
        Write("\n\n");
        told = one.Cursor;
    }

    /// <summary>A comment, so that nobody between takes the connection for dead.</summary>
    public void Beat() => Write(":\n\n");

    /// <summary>An event without data moves where the client would go on from, and nobody is told.</summary>
    public void ResumeAt(LiveCursor cursor)
    {
        if (told == cursor) return;
        Write($"id: {Text(cursor)}\n\n");
        told = cursor;
    }

    public async Task FlushAsync(CancellationToken ct)
    {
        IsWaiting = false;
        IsBlocked = true;
        await output.FlushAsync(ct);
        IsBlocked = false;
    }

    public void Dispose() => json.Dispose();

    private static string Text(LiveCursor cursor) => FormattableString.Invariant($"{cursor.Stream}-{cursor.Number}");

    private void Write(string text)
    {
        IsWaiting = true;
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }
}
