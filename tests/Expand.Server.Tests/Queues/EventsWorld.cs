using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Queues;

/// <summary>A host whose live picture the test moves.</summary>
internal sealed record EventsWorld(ScriptedPbx Pbx, ServerHost Host) : IAsyncDisposable
{
    public static async Task<EventsWorld> StartAsync(Databases databases, TimeProvider? clock = null, params (string Name, string Value)[] settings)
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        pbx.Queues.UnionWith(["q_a", "q_b"]);
        var host = await ServerHost.StartAsync(database, pbx, clock: clock, settings: settings);
        await Eventually.TrueAsync(() => host.Get<LivePicture>().StaleSince is null);
        return new EventsWorld(pbx, host);
    }

    public LivePicture Picture => Host.Get<LivePicture>();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public EventsWorld Hear(params PbxFact[] facts)
    {
        foreach (var fact in facts) Picture.Heard(fact);
        return this;
    }

    /// <summary>Three events.</summary>
    public EventsWorld Logs(string agent, string queue) => Hear(new MemberAdded(Now, Member(agent, queue)));

    public EventsWorld Pauses(string agent, string queue, string reason) =>
        Hear(new MemberPaused(Now, Member(agent, queue) with { Paused = reason.Length > 0, PauseReason = reason }));

    /// <summary>A caller who waits, is connected to 101 where that agent is logged in, and goes; else four events.</summary>
    public EventsWorld Call(string id)
    {
        Hear(new CallerJoined(Now, new PbxCaller("q_a", id, "099111222", "Juan", Now)));
        if (Picture.MembershipsOf("101").Count == 0) return Hear(new CallerAbandoned(Now, "q_a", id));
        return Hear(
            new AgentRung(Now, "q_a", id, "101", "PJSIP/101", id + "r"), new CallerLeft(Now, "q_a", id),
            new AgentConnected(Now, "q_a", id, "101", "PJSIP/101", id + "r"), new AgentCompleted(Now, "q_a", id, "101", id + "r", "caller"));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Pbx.DisposeAsync();
    }

    private PbxMember Member(string agent, string queue) =>
        new(queue, agent, "PJSIP/" + agent, MemberState.Free, false, "", Picture.MembershipsOf(agent) is [{ } known, ..] ? known.LoginAt : Now);
}
