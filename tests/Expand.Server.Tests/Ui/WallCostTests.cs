using System.Diagnostics;
using System.Globalization;
using Expand.Server.Pbx;
using Expand.Server.Tests.Agents;
using Expand.Server.Tests.Host;
using Expand.Server.Ui.Wallboard;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Expand.Server.Tests.Ui;

/// <summary>What a change costs a page of 50 queues and 500 agents.</summary>
public sealed class WallCostTests(Databases databases, ITestOutputHelper output)
{
    private const int Agents = 500;

    [Fact]
    public async Task A_change_is_drawn_in_the_rows_that_it_changed_and_no_other()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, Prepare);
        var wall = WallTests.Of(world);
        var before = wall.Draw(new(), WallChoice.All);
        Assert.Equal((50, Agents), (before.Queues.Count, before.Agents.Count));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            world.Picture.Heard(Paused(i, "Baño"));
            wall.Draw(new(), WallChoice.All);
        }

        output.WriteLine($"the picture and its rows: {watch.Elapsed.TotalMilliseconds / 20:0.00} ms");
        await using var services = new ServiceCollection().AddLogging().AddLocalization().AddSingleton(TimeProvider.System).BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        await renderer.Dispatcher.InvokeAsync(async () =>
        {
            Rows.Next = wall.Draw(new(), WallChoice.All with { Order = WallOrder.Number }).Agents;
            await renderer.RenderComponentAsync<Rows>();
            var rows = Rows.Last!;
            var drawn = rows.Drawn;
            Assert.Equal(Agents, drawn);
            watch.Restart();
            for (var i = 0; i < 20; i++)
            {
                world.Picture.Heard(Paused(100 + i, "Almuerzo"));
                Rows.Next = wall.Draw(new(), WallChoice.All with { Order = WallOrder.Number }).Agents;
                rows.Redraw();
            }

            output.WriteLine($"with the rows on the page: {watch.Elapsed.TotalMilliseconds / 20:0.00} ms");
            Assert.Equal(drawn + 20, rows.Drawn);
        });
    }

    private static void Prepare(ScriptedPbx pbx)
    {
        for (var q = 0; q < 50; q++) pbx.Queues.Add($"q_{q:00}");
        for (var a = 0; a < Agents; a++)
        {
            pbx.Devices[$"PJSIP/{2000 + a}"] = "NOT_INUSE";
            for (var q = 0; q < 2; q++) pbx.Members.Add(Member(a, q));
        }
    }

    private static PbxMember Member(int agent, int queue) => new(
        $"q_{(agent + queue) % 50:00}", (10_000 + agent).ToString(CultureInfo.InvariantCulture), $"PJSIP/{2000 + agent}", MemberState.Free, false, "",
        DateTimeOffset.UnixEpoch.AddDays(20_000), null);

    private static MemberPaused Paused(int agent, string reason) =>
        new(DateTimeOffset.UtcNow, Member(agent, 0) with { Paused = true, PauseReason = reason, PausedAt = DateTimeOffset.UtcNow });

    private sealed class Rows : ComponentBase
    {
        private readonly Dictionary<string, WallAgentRow> rows = [];

        public static IReadOnlyList<WallAgent> Next { get; set; } = [];

        public static Rows? Last { get; private set; }

        public int Drawn => rows.Values.Sum(r => r.Draws);

        public void Redraw() => StateHasChanged();

        protected override void OnInitialized() => Last = this;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            foreach (var row in Next)
            {
                builder.OpenComponent<WallAgentRow>(0);
                builder.AddComponentParameter(1, nameof(WallAgentRow.Row), row);
                builder.SetKey(row.Number);
                builder.AddComponentReferenceCapture(2, made => rows[row.Number] = (WallAgentRow)made);
                builder.CloseComponent();
            }
        }
    }
}
