using System.Globalization;
using System.Security.Claims;
using Expand.Server.Access;
using Expand.Server.Platform.Rest;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Expand.Server.Queues;

/// <summary>
/// The streams of events that clients of the REST API have open on this host. Each reads the picture's history at its own pace, and ends
/// when its client leaves, when the host stops, and within a second when its credential may no longer have it.
/// </summary>
internal sealed class EventStreams(
    LiveEvents live, EventWords words, CredentialDirectory credentials, IHostApplicationLifetime host, IOptions<QueueOptions> options, TimeProvider clock)
{
    public const string ContentType = "text/event-stream";

    /// <summary>The scope that a credential needs.</summary>
    public const string Scope = "events";

    /// <summary>The longest silence of a stream.</summary>
    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(15);

    /// <summary>Events that are not shown, after which a client is told all the same where to go on from.</summary>
    private const int SkippedAtMost = 1_000;

    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(300);
    private readonly Lock gate = new();

    /// <summary>Open streams by the credential's id.</summary>
    private readonly Dictionary<int, int> open = [];

    /// <summary>Answers the request with the events after the cursor, until the stream ends.</summary>
    public async Task FollowAsync(HttpContext http, LiveCursor? after, EventFilter filter)
    {
        var credential = int.Parse(http.User.FindFirstValue(RestScheme.CredentialClaim)!, CultureInfo.InvariantCulture);
        if (!Take(credential))
        {
            await new Problem(StatusCodes.Status429TooManyRequests, $"the credential has {options.Value.StreamsPerCredential} streams open, as many as it may").ExecuteAsync(http);
            return;
        }

        try
        {
            await StreamAsync(http, credentials.Find(credential), after, filter);
        }
        finally
        {
            Release(credential);
        }
    }

    private async Task StreamAsync(HttpContext http, CredentialEntry? opened, LiveCursor? after, EventFilter filter)
    {
        var (response, address) = (http.Response, http.Connection.RemoteIpAddress);
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        // nginx and its like would gather what must come at once.
        response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        await using var watch = clock.CreateTimer(_ => EndUnless(MayGoOn(), ending), null, CheckEvery, CheckEvery);
        using var writer = new EventWriter(response.BodyWriter, words);
        try
        {
            await WriteAsync(writer, after, filter, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Whoever does not read would hold up the end as well.
            if (writer.IsBlocked) http.Abort();
        }

        bool MayGoOn() => opened is not null && credentials.Find(opened.Id) is { } now && now.Has(Scope) && now.HasPasswordOf(opened) && now.Allows(address);
    }

    private async Task WriteAsync(EventWriter writer, LiveCursor? cursor, EventFilter filter, CancellationToken ct)
    {
        var (written, skipped) = (clock.GetTimestamp(), 0);
        writer.Begin();
        await writer.FlushAsync(ct);
        while (true)
        {
            var left = BeatEvery - clock.GetElapsedTime(written);
            var events = await live.NextAsync(cursor, left > TimeSpan.Zero ? left : TimeSpan.Zero, ct);
            foreach (var one in events)
            {
                cursor = one.Cursor;
                if (!filter.Shows(one))
                {
                    skipped++;
                    continue;
                }

                writer.Event(one, filter);
                skipped = 0;
            }

            var silent = events.Count == 0 || clock.GetElapsedTime(written) >= BeatEvery;
            if (silent && !writer.IsWaiting) writer.Beat();
            if (cursor is { } last && skipped > 0 && (silent || skipped >= SkippedAtMost))
            {
                writer.ResumeAt(last);
                skipped = 0;
            }

            if (!writer.IsWaiting) continue;
            await writer.FlushAsync(ct);
            written = clock.GetTimestamp();
        }
    }

    private static void EndUnless(bool goesOn, CancellationTokenSource ending)
    {
        if (!goesOn) ending.Cancel();
    }

    private bool Take(int credential)
    {
        lock (gate)
        {
            var count = open.GetValueOrDefault(credential);
            if (count >= options.Value.StreamsPerCredential) return false;
            open[credential] = count + 1;
            return true;
        }
    }

    private void Release(int credential)
    {
        lock (gate)
        {
            if (--open[credential] == 0) open.Remove(credential);
        }
    }
}
