using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Forms;

/// <summary>Forms defined by an administrator and filled in by agents.</summary>
public sealed class FormsTests(FormsWorld world) : IClassFixture<FormsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_is_defined_changed_and_removed_and_each_change_is_audited_once()
    {
        var form = FormsWorld.Definition("audited");
        Assert.Null(await world.Forms.DefineAsync(form, Actor.System, Ct));
        Assert.Null(await world.Forms.DefineAsync(form with { Queues = ["q_ventas", "ope", "ope"] }, Actor.System, Ct));
        Assert.Null(await world.Forms.DefineAsync(form with { Title = "Otra" }, Actor.System, Ct));
        Assert.NotNull(await world.Forms.DefineAsync(form with { Fields = [] }, Actor.System, Ct));
        var found = (await world.Forms.FindAsync("audited", Ct))!;
        Assert.Equal(("Otra", found.Id), (found.Title, (await world.Forms.FindAsync($"{found.Id}", Ct))!.Id));
        Assert.Equal(form.Fields!.Select(f => (f.Name, f.Kind, f.Required, f.Several, f.Options?.Count)), found.FieldList.Select(f => (f.Name, f.Kind, f.Required, f.Several, f.Options?.Count)));
        Assert.Contains(await world.Forms.AllAsync(Ct), f => f.Form.Name == "audited" && f.Entries == 0);
        Assert.Null(await world.Forms.RemoveAsync("audited", Actor.System, Ct));
        Assert.Equal(FailureKind.NotFound, (await world.Forms.RemoveAsync("audited", Actor.System, Ct))!.Kind);
        await using var db = Databases.Open(world.Database);
        Assert.Equal(
            ["form.defined", "form.defined", "form.removed"],
            await db.Set<AuditEntry>().Where(a => a.Subject == "form audited").OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task Definitions_at_once_make_one_form()
    {
        var failures = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            () => world.Forms.DefineAsync(FormsWorld.Definition("atonce") with { Title = $"T{i}" }, Actor.System, Ct), Ct)));
        Assert.All(failures, Assert.Null);
        Assert.Single(await world.Forms.AllAsync(Ct), f => f.Form.Name == "atonce");
    }

    [Fact]
    public async Task A_form_that_was_filled_in_is_kept()
    {
        Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition("kept"), Actor.System, Ct));
        Assert.Null((await world.Entries.FillInAsync(FormsWorld.Draft("kept"), Ct)).Failure);
        Assert.Equal(FailureKind.Conflict, (await world.Forms.RemoveAsync("kept", Actor.System, Ct))!.Kind);
        Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition("kept") with { Queues = null }, Actor.System, Ct));
        Assert.Equal("queue", (await world.Entries.FillInAsync(FormsWorld.Draft("kept"), Ct)).Failure!.Field);
        Assert.Contains(await world.Forms.AllAsync(Ct), f => f.Form.Name == "kept" && f.Entries == 1);
    }

    [Fact]
    public async Task A_form_that_is_removed_while_it_is_filled_in_loses_no_entry()
    {
        for (var round = 0; round < 5; round++)
        {
            Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition($"race{round}"), Actor.System, Ct));
            var filling = Task.Run(() => world.Entries.FillInAsync(FormsWorld.Draft($"race{round}"), Ct), Ct);
            var removed = await Task.Run(() => world.Forms.RemoveAsync($"race{round}", Actor.System, Ct), Ct);
            var filled = await filling;
            // One of both, whichever came first.
            Assert.Equal(removed is null, filled.Failure is { Kind: FailureKind.NotFound });
            Assert.Equal(removed is { Kind: FailureKind.Conflict }, filled.Failure is null);
        }
    }

    [Fact]
    public async Task Who_is_no_agent_and_what_belongs_to_no_call_is_refused_by_its_field()
    {
        Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition("strict"), Actor.System, Ct));
        var draft = FormsWorld.Draft("strict");
        foreach (var (wrong, field) in new[]
        {
            (draft with { Username = "lrivas" }, "agent"), (draft with { Username = "nobody" }, "agent"), (draft with { Queue = "q_soporte" }, "queue"),
            (draft with { IncomingCallId = -1 }, "incomingcall_id"), (draft with { UniqueId = "1\n2" }, "uniqueid"),
            (draft with { Extension = new string('x', 201) }, "extension"), (draft with { Values = FormsWorld.Values() }, "codigofeliz"),
        })
            Assert.Equal(field, (await world.Entries.FillInAsync(wrong, Ct)).Failure!.Field);
        Assert.Equal(FailureKind.NotFound, (await world.Entries.FillInAsync(draft with { Form = "none" }, Ct)).Failure!.Kind);
        Assert.Equal(0, (await world.Forms.AllAsync(Ct)).Single(f => f.Form.Name == "strict").Entries);
    }

    [Fact]
    public async Task An_entry_is_corrected_by_whoever_saw_its_last_version()
    {
        Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition("corrected"), Actor.System, Ct));
        var entry = (await world.Entries.FillInAsync(FormsWorld.Draft("corrected", 7), Ct)).Value!;
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Task.Run(
            () => world.Entries.CorrectAsync(entry.Id, 1, FormsWorld.Values(("codigofeliz", [$"c{i}"])), Ct), Ct)));
        var taken = Assert.Single(answers, a => a.Value is not null).Value!;
        Assert.All(answers.Where(a => a.Value is null), a => Assert.Equal(FailureKind.Changed, a.Failure!.Kind));
        var found = (await world.Entries.FindAsync(entry.FormId, 7, Ct))!;
        Assert.Equal((taken.Data, 2, entry.Timestamp, entry.Timestamp.AddMinutes(5)), (found.Data, found.Version, found.Timestamp, found.LastModified));
        Assert.Equal("codigofeliz", (await world.Entries.CorrectAsync(entry.Id, 2, FormsWorld.Values(), Ct)).Failure!.Field);
        Assert.Equal(FailureKind.NotFound, (await world.Entries.CorrectAsync("59c14bc9d04d72233046dc3f", 1, FormsWorld.Values(), Ct)).Failure!.Kind);
    }
}
