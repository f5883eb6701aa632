using Expand.Server.Pbx;
using Expand.Server.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Queues;

/// <summary>A picture without a host, and the facts that a test tells it; its clock is at <see cref="Now"/> and goes on only when told.</summary>
internal sealed class LivePictures
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public LivePictures(int eventsKept = 10_000) =>
        Picture = new LivePicture(Options.Create(new QueueOptions { EventsKept = eventsKept }), Clock, NullLogger<LivePicture>.Instance);

    public FakeTimeProvider Clock { get; } = new(Start);

    public LivePicture Picture { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public LivePictures After(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    public LivePictures Snapshot(IReadOnlyList<string> queues, params PbxMember[] members) =>
        Hear(new QueuesSnapshot(Now, queues, members, [], []));

    public LivePictures Hear(params PbxFact[] facts)
    {
        foreach (var fact in facts) Picture.Heard(fact);
        return this;
    }

    public LivePictures LogsIn(string agent, string device, params string[] queues) =>
        Hear([.. queues.Select(q => new MemberAdded(Now, Member(q, agent, device)))]);

    public LivePictures Pauses(string agent, string device, string reason, params string[] queues) =>
        Hear([.. queues.Select(q => new MemberPaused(Now, Member(q, agent, device) with { Paused = true, PauseReason = reason }))]);

    public LivePictures Phone(string agent, string device, MemberState state, params string[] queues) =>
        Hear([.. queues.Select(q => new MemberChanged(Now, Member(q, agent, device, state)))]);

    public LivePictures Enters(string queue, string call, string callerId = "099111222", string name = "") =>
        Hear(new CallerJoined(Now, new PbxCaller(queue, call, callerId, name, Now)));

    public LivePictures Rings(string queue, string call, string agent, string device, string leg) =>
        Hear(new AgentRung(Now, queue, call, agent, device, leg), new DialStarted(Now, call, leg, call, "PJSIP/trunk-00000001", "900"));

    public LivePictures Answers(string queue, string call, string agent, string device, string leg) =>
        Hear(new DialEnded(Now, call, leg, call, "ANSWER"), new CallerLeft(Now, queue, call), new AgentConnected(Now, queue, call, agent, device, leg));

    public LivePictures Dials(string channel, string device, string number) =>
        Hear(new DialStarted(Now, channel, channel + "b", channel, $"{device}-0000001a", number));

    /// <summary>A member as the PBX shows it.</summary>
    public PbxMember Member(string queue, string agent, string device, MemberState state = MemberState.Free) =>
        new(queue, agent, device, state, false, "", Known(queue, device) ?? Now);

    public AgentStatus StatusOf(string agent) => Picture.View().Agents.GetValueOrDefault(agent)?.Status ?? AgentStatus.Offline;

    public DateTimeOffset? SinceOf(string agent) => Picture.View().Agents[agent].Since;

    public LiveQueue Queue(string name) => Picture.View().Queues.Single(q => q.Name == name);

    /// <summary>Everything that happened since the beginning.</summary>
    public IReadOnlyList<LiveEvent> Events => Picture.EventsAfter(new LiveCursor(Picture.View().Stream, 0), int.MaxValue);

    private DateTimeOffset? Known(string queue, string device) =>
        Picture.MembershipsAt(device).FirstOrDefault(m => m.Queue == queue)?.LoginAt;
}
