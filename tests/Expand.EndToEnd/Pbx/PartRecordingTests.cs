using System.Collections.Concurrent;
using Expand.Server.Pbx;
using Expand.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Expand.EndToEnd.Pbx;

/// <summary>A part of a call recorded by a real Asterisk, under the account of deploy/asterisk, which may not use MixMonitor.</summary>
public sealed class PartRecordingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task A_part_is_written_to_the_named_file_and_ends_when_it_is_stopped_or_with_the_call(AsteriskGeneration generation)
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new()
        {
            Generation = generation,
            MoreDialplan = "[internal](+)\nexten => 899,1,Answer()\n same => n,Milliwatt()\n",
        }, Ct);
        var heard = new Facts();
        await using var connection = Connection(asterisk, heard);
        await connection.StartAsync(Ct);
        await heard.WaitAsync<PbxSnapshot>(_ => true);
        var recording = new PbxRecording(connection, NullLogger<PbxRecording>.Instance);

        var call = asterisk.Phones["703"].Dial("899");
        var agent = await heard.WaitAsync<ChannelStarted>(c => c.Channel.StartsWith("PJSIP/703-", StringComparison.Ordinal));
        Assert.Equal(OrderAnswer.Accepted, await recording.StartAsync("part-one", agent.UniqueId, "audio_7_1505840066.63", Ct));
        await heard.WaitAsync<RecordingStarted>(r => r.UniqueId == PbxRecording.WriterOf("part-one"));
        Assert.Equal(OrderAnswer.Accepted, await recording.StartAsync("part-two", agent.UniqueId, "audio_7_1505840067.10", Ct));
        await heard.WaitAsync<RecordingStarted>(r => r.UniqueId == PbxRecording.WriterOf("part-two"));
        await Task.Delay(1000, Ct);
        using (var pbx = new Server.Pbx.Pbx(connection, null!, Options.Create(new PbxOptions()), NullLogger<Server.Pbx.Pbx>.Instance))
            Assert.Equal(HangUpAnswer.Done, await pbx.HangUpAsync("part-one", Ct));
        await heard.WaitAsync<ChannelEnded>(c => c.UniqueId == PbxRecording.WriterOf("part-one"));
        Assert.DoesNotContain(heard.All.OfType<ChannelEnded>(), c => c.UniqueId.StartsWith("part-two", StringComparison.Ordinal));

        await call.HangUpAsync(Ct);
        await heard.WaitAsync<ChannelEnded>(c => c.UniqueId == PbxRecording.WriterOf("part-two"));
        var folder = Path.Combine(asterisk.WorkFolder, "spool", "monitor");
        await Eventually.TrueAsync(() => Directory.GetFiles(folder).Length == 2, "both files are there", Patience);
        foreach (var name in new[] { "audio_7_1505840066.63", "audio_7_1505840067.10" })
        {
            var sound = await File.ReadAllBytesAsync(Path.Combine(folder, name + ".wav"), Ct);
            // Half a second of the tone at least, and not silence.
            Assert.True(sound.Length > 8000 && sound.Skip(44).Distinct().Count() > 20, $"{name} has {sound.Length} bytes");
        }

        // It is no call: the phone's own is the only record.
        await Eventually.TrueAsync(() => File.Exists(asterisk.CdrFile) && File.ReadLines(asterisk.CdrFile).Any(), "the call's record is written", Patience);
        Assert.All(File.ReadLines(asterisk.CdrFile), line => Assert.Contains("PJSIP/703-", line, StringComparison.Ordinal));
    }

    private static PbxConnection Connection(AsteriskFixture asterisk, Facts heard) => new(
        Options.Create(new PbxOptions { Host = asterisk.Host, Port = asterisk.AmiPort, Username = asterisk.AmiUser, Secret = asterisk.AmiSecret }),
        [heard], TimeProvider.System, NullLoggerFactory.Instance, NullLogger<PbxConnection>.Instance);

    private sealed class Facts : IPbxListener
    {
        private readonly ConcurrentQueue<PbxFact> facts = new();

        public IEnumerable<PbxFact> All => facts;

        public void Heard(PbxFact fact) => facts.Enqueue(fact);

        public async Task<T> WaitAsync<T>(Func<T, bool> which)
            where T : PbxFact
        {
            T? found = null;
            await Eventually.TrueAsync(() => (found = facts.OfType<T>().FirstOrDefault(which)) is not null, $"{typeof(T).Name} is heard", Patience);
            return found!;
        }
    }
}
