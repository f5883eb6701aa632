using System.Security.Claims;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;
using Microsoft.Net.Http.Headers;

namespace Expand.Server.Recordings;

/// <summary>Recordings through the REST API, and for the player of the web UI: in whole or in ranges.</summary>
internal static class RecordingsRest
{
    private const string Missing = "call 1333249364.937 has no recording that can be listened to: it was not recorded";
    /// <summary>A call that was transferred often has a few.</summary>
    private const int MostParts = 20;

    private static readonly string[] Formats = ["mp3", "wav"];
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private static readonly QueryParameter[] Parameters =
    [
        QueryParameter.Choice("format", "As MP3, or as the PBX wrote it; it goes before the `Accept` header, which may say `audio/wav`.", Formats),
        QueryParameter.Whole("part", 1, MostParts,
            "Which of the call's recordings, where it has several, in the order in which they began. Without: the longest of the channel that the uniqueid names, else the longest of the call."),
    ];

    public static WebApplication MapRecordings(this WebApplication app)
    {
        var recordings = app.MapRest("/external/recordings", "recordings", "Recordings");
        recordings.MapGet("/{uniqueid}", GetAsync).WithQuery(Parameters)
            .WithSummary("Answers the recording of a call")
            .WithDescription(
                "By any uniqueid of the call, also one from before or after a transfer, or by the id of the job that made it. The MP3 is made when it is first asked for. "
                + "Ranges (`Range`, 206 and 416), `If-None-Match` and `If-Range` work as RFC 9110 says. Every listening is audited.")
            .Answers<byte[]>(200, "(the bytes of an MP3)", "audio/mpeg").Answers<byte[]>(200, "(the bytes of a WAV)", "audio/wav").HasETag().Refuses(404, Missing).Refuses(416);
        // The same without the bytes; a document has it implied.
        recordings.MapMethods("/{uniqueid}", [HttpMethods.Head], GetAsync).WithQuery(Parameters).ExcludeFromDescription();

        var player = app.MapGroup("/informes/grabaciones").RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor)).ExcludeFromDescription();
        player.MapMethods("/{id:long}/audio", Reading, PlayAsync);
        return app;
    }

    private static async Task<IResult> GetAsync(string uniqueid, Query query, RecordingHandout handout, HttpContext http, CancellationToken ct)
    {
        var format = query.Choice("format") is { } word ? Enum.Parse<SoundFormat>(word, ignoreCase: true) : Wanted(http.Request);
        var listener = new Actor($"api:{http.User.FindFirstValue(ClaimTypes.Name)}", http.Connection.RemoteIpAddress?.ToString());
        var (_, sound) = await handout.OpenAsync(uniqueid, (int?)query.Whole("part"), format, Hears(http) ? listener : null, ct);
        http.Response.Headers.Vary = HeaderNames.Accept;
        return Answer(sound, http, isSaved: true);
    }

    private static async Task<IResult> PlayAsync(long id, string? formato, string? guardar, RecordingHandout handout, HttpContext http, CancellationToken ct)
    {
        var listener = new Actor(http.User.Identity?.Name ?? "", http.Connection.RemoteIpAddress?.ToString());
        var sound = await handout.OpenAsync(id, formato == "wav" ? SoundFormat.Wav : SoundFormat.Mp3, Hears(http) ? listener : null, ct);
        return Answer(sound, http, isSaved: guardar is not null);
    }

    private static IResult Answer(Result<Sound> sound, HttpContext http, bool isSaved)
    {
        if (sound.Value is not { } found) return sound.Failure!.ToProblem();
        http.Response.Headers.CacheControl = "private, no-cache";
        return new RangedSound(found, isSaved);
    }

    /// <summary>HEAD sends nothing to be heard.</summary>
    private static bool Hears(HttpContext http) => !HttpMethods.IsHead(http.Request.Method);

    /// <summary>WAV where it is asked for, and not less than MP3.</summary>
    private static SoundFormat Wanted(HttpRequest request)
    {
        var accepts = request.GetTypedHeaders().Accept;
        double QualityOf(params string[] types) => accepts.Where(a => types.Contains(a.MediaType.Value, StringComparer.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
        var wav = QualityOf("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave");
        return wav > 0 && wav > QualityOf("audio/mpeg", "audio/mp3") ? SoundFormat.Wav : SoundFormat.Mp3;
    }

    /// <summary>The bytes that were asked for; what cannot be sent is a problem document like every other refusal.</summary>
    private sealed class RangedSound(Sound sound, bool isSaved) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var length = sound.Content.Length;
            await TypedResults.Stream(
                sound.Content, sound.ContentType, isSaved ? sound.Name : null, sound.ChangedAt, new EntityTagHeaderValue($"\"{sound.Tag}\""), enableRangeProcessing: true)
                .ExecuteAsync(httpContext);
            var response = httpContext.Response;
            if (response.HasStarted || response.StatusCode is not (StatusCodes.Status412PreconditionFailed or StatusCodes.Status416RangeNotSatisfiable)) return;
            foreach (var name in (string[])[HeaderNames.ContentDisposition, HeaderNames.ETag, HeaderNames.LastModified]) response.Headers.Remove(name);
            await new Problem(response.StatusCode, response.StatusCode == StatusCodes.Status412PreconditionFailed
                ? "the recording is not the one that If-Match names"
                : $"Range: the recording has {length} bytes").ExecuteAsync(httpContext);
        }
    }
}
