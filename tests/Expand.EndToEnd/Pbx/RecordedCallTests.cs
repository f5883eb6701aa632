using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Expand.EndToEnd.Clients;
using Expand.Phones;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Pbx;

/// <summary>
/// A call that a real Asterisk records while its phones send tones, fetched by PHP's SoapClient and decoded: it is as long as the talk was, also what was said
/// after a transfer, and each side's tone is in it.
/// </summary>
[Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
public sealed class RecordedCallTests
{
    private const double Caller = 440;
    private const double Called = 1004;
    private const double Second = 1500;
    private const int Rate = 8000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tone_that_a_phone_sent_is_in_the_MP3_that_a_client_gets_by_any_uniqueid_of_the_call_and_by_its_job()
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new() { Generation = AsteriskGeneration.Asterisk22, RingsFor = TimeSpan.FromSeconds(0.3) }, Ct);
        await using var server = await ServerFixture.StartAsync(new Dictionary<string, string?>(asterisk.ServerSettings())
        {
            ["Recordings__Folder"] = Path.Combine(asterisk.WorkFolder, "spool", "monitor"),
        }, ct: Ct);
        using var soap = new SoapCaller(server.Url, server.Credentials.AuthorizedKey);
        await Eventually.TrueAsync(async () => await soap.ExtensionsAsync(Ct) > 0, "the server knows the extensions", Patience);

        // Nobody answers: no recording.
        var unanswered = await soap.OriginateAsync("702", "712", Ct, timeout: 2);
        // An originated call between two phones; a transfer sends the calling side on.
        var job = await soap.OriginateAsync("701", "703", Ct);
        var called = await asterisk.Phones["703"].NextCallAsync(Patience, Ct);
        await called.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await Eventually.TrueAsync(async () => await soap.StatusAsync(job, Ct) == 2, "both sides talk", Patience);
        var began = Stopwatch.GetTimestamp();
        // The caller's telephone sends all the time, as telephones do.
        var speaking = asterisk.Phones["701"].Calls[0].SendToneAsync(Caller, Patience, Ct);
        await called.SendToneAsync(Called, TimeSpan.FromSeconds(3), Ct);
        Assert.Equal(0, (await FetchAsync(server, job)).Status);
        Assert.Equal(202, await called.TransferAsync("704", Ct));
        var second = await asterisk.Phones["704"].NextCallAsync(Patience, Ct);
        await second.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await second.SendToneAsync(Second, TimeSpan.FromSeconds(2), Ct);
        await second.HangUpAsync(Ct);
        await speaking;
        var lasted = Stopwatch.GetElapsedTime(began).TotalSeconds;

        var records = new List<string[]>();
        await Eventually.TrueAsync(() => (records = Records(asterisk)).Count >= 2, "the call's records are written", Patience);
        var folder = Path.Combine(asterisk.WorkFolder, "spool", "monitor");
        Fetched answer = null!;
        await Eventually.TrueAsync(async () => (answer = await FetchAsync(server, job)).Status == 1, "the recording is handed out", Patience);
        Assert.Equal("base64", answer.Encoding);
        var samples = await DecodeAsync(answer.File);
        Assert.InRange(samples.Length / (double)Rate, 4.7, lasted + 1.5);
        var other = Loudest(samples, 2600);
        Assert.All([Caller, Called, Second], tone => Assert.True(Loudest(samples, tone) > Math.Max(1000, 20 * other), $"{tone} Hz has {Loudest(samples, tone)}, 2600 Hz {other}"));
        // The first one's tone before the transfer and not after it, the second one's the other way round.
        var (before, after) = (samples[..(2 * Rate)], samples[^(3 * Rate / 2)..]);
        Assert.True(Loudest(before, Called) > 20 * Loudest(before, Second) && Loudest(after, Second) > 20 * Loudest(after, Called), "the tones are in their places");

        // By the uniqueid of its file too.
        var uniqueId = Path.GetFileNameWithoutExtension(Directory.GetFiles(folder, "*.wav").MaxBy(file => new FileInfo(file).Length)!);
        Assert.Equal((1, answer.Bytes), ((await FetchAsync(server, uniqueId)) is var again ? again.Status : 0, again.Bytes));
        Assert.Equal(0, (await FetchAsync(server, unanswered)).Status);
        Assert.Equal(-1, (await FetchAsync(server, "1.1")).Status);
        // What it was recorded by leaves no trace in its records.
        Assert.DoesNotContain(File.ReadLines(asterisk.CdrFile), line => line.Contains("expand-record", StringComparison.Ordinal) || line.Contains("MixMonitor", StringComparison.Ordinal));
        await RangesAsync(server, uniqueId, answer.File);
    }

    private static async Task RangesAsync(ServerFixture server, string uniqueId, string mp3)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        var login = $"{server.Credentials.ApiUser}:{server.Credentials.ApiPassword}";
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(login)));
        var whole = await File.ReadAllBytesAsync(mp3, Ct);
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"/expandweb3/api/external/recordings/{uniqueId}") { Headers = { Range = new RangeHeaderValue(100, 299) } };
        using var part = await http.SendAsync(asked, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(whole[100..300], await part.Content.ReadAsByteArrayAsync(Ct));
    }

    private static List<string[]> Records(AsteriskFixture asterisk) =>
        File.Exists(asterisk.CdrFile) ? [.. File.ReadLines(asterisk.CdrFile).Select(line => line.Split(','))] : [];

    private static async Task<Fetched> FetchAsync(ServerFixture server, string uniqueId)
    {
        var file = Path.Combine(server.DataFolder, $"{Guid.NewGuid():N}.mp3");
        var client = new ClientProgram("PHP SoapClient, recording", "php", ClientProgram.Client("php/recording.php"), file, uniqueId);
        var run = await client.RunAsync($"{server.Url}/apiws/2/apiws.php?wsdl", server.Credentials.AuthorizedKey, Ct);
        return run.Read<Fetched>() with { File = file };
    }

    /// <summary>What a decoder makes of it: 16 bits, one channel.</summary>
    private static async Task<short[]> DecodeAsync(string mp3)
    {
        var wave = mp3 + ".wav";
        using var lame = Process.Start(new ProcessStartInfo("lame", ["--quiet", "--decode", mp3, wave]))!;
        await lame.WaitForExitAsync(Ct);
        Assert.Equal(0, lame.ExitCode);
        var bytes = await File.ReadAllBytesAsync(wave, Ct);
        Assert.Equal(Rate, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24)));
        var sound = bytes.AsSpan(44);
        var samples = new short[sound.Length / 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(sound[(2 * i)..]);
        return samples;
    }

    /// <summary>The amplitude of a frequency in the second where it is loudest (Goertzel's filter).</summary>
    private static double Loudest(short[] samples, double hertz)
    {
        var loudest = 0.0;
        for (var start = 0; start + Rate <= samples.Length; start += Rate / 2)
        {
            var (factor, one, two) = (2 * Math.Cos(2 * Math.PI * hertz / Rate), 0.0, 0.0);
            for (var i = start; i < start + Rate; i++) (one, two) = (samples[i] + (factor * one) - two, one);
            loudest = Math.Max(loudest, 2 * Math.Sqrt((one * one) + (two * two) - (factor * one * two)) / Rate);
        }

        return loudest;
    }

    private sealed record Fetched(int Status, string Uniqueid, string Encoding, int Bytes, string File = "");
}
