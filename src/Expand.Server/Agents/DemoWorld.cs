using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Agents;

/// <summary>
/// The people, queues and pause reasons of the demonstration, for whoever starts without a PBX of one's own: made once, by the use cases that
/// an administrator uses, so that the demonstration's PBX (its simulator, or deploy/asterisk) has agents from the first minute. Other rooms add
/// their parts (<see cref="IDemoPart"/>); an installation that was made before there was a part gains it at the next start.
/// </summary>
internal sealed class DemoWorld(
    Users users, UserDirectory directory, QueueCatalog catalog, PauseReasons reasons, IDbContextFactory<ExpandDb> databases, Leases leases,
    IServiceScopeFactory scopes, TimeProvider clock, ILogger<DemoWorld> log)
{
    private const string Made = "installation.demo";

    /// <summary>The same numbers and names as the demonstration's phones 701 to 709 have.</summary>
    private static readonly (string Number, string Username, string Name, string[] Queues)[] Agents =
    [
        ("101", "acosta", "Ana Acosta", ["q_ventas", "q_soporte"]),
        ("102", "bnunez", "Bruno Núñez", ["q_ventas"]),
        ("103", "cbenitez", "Cecilia Benítez", ["q_soporte"]),
        ("104", "detchegaray", "Diego Etchegaray", ["q_ventas", "q_soporte"]),
        ("105", "emunoz", "Elena Muñoz", ["q_ventas", "q_soporte"]),
        ("106", "flopez", "Fabián López", ["q_ventas", "q_soporte"]),
        ("107", "gsosa", "Gabriela Sosa", ["q_ventas", "q_soporte"]),
        ("108", "hpereyra", "Héctor Pereyra", ["q_ventas", "q_soporte"]),
        ("109", "ipaz", "Inés Paz", ["q_ventas", "q_soporte"]),
    ];

    private static readonly (string Name, string Description)[] Queues = [("q_ventas", "Ventas"), ("q_soporte", "Soporte")];

    private static readonly (string Code, string Name)[] Reasons =
        [("1", "Almuerzo"), ("2", "Descanso"), ("3", "Baño"), ("4", "Capacitación"), ("5", "Tareas administrativas")];

    /// <summary>Makes it where it was never made and nobody else has users here: what an operator removed stays removed.</summary>
    public Task MakeAsync(CancellationToken ct) => leases.RunAsync("demo-world", async held =>
    {
        // This is before the copies are kept fresh: the parts ask which agents and queues there are.
        await directory.RefreshAsync(held);
        await catalog.RefreshAsync(held);
        if (directory.All.Any(u => u.IsAgent && Agents.All(a => a.Username != u.Username))) return;
        await OnceAsync(Made, PeopleAsync, held);
        await using var scope = scopes.CreateAsyncScope();
        foreach (var part in scope.ServiceProvider.GetServices<IDemoPart>()) await OnceAsync($"{Made}.{part.Name}", part.MakeAsync, held);
    }, ct);

    private async Task OnceAsync(string mark, Func<CancellationToken, Task> make, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Set<AuditEntry>().AnyAsync(a => a.Action == mark, ct)) return;
        await make(ct);
        // Last: a start that was cut short begins again, and finds what it made.
        db.Add(AuditEntry.Of(clock.GetUtcNow(), Actor.System, mark, "demo"));
        await db.SaveChangesAsync(ct);
        log.DemoMade(mark);
    }

    private async Task PeopleAsync(CancellationToken ct)
    {
        foreach (var (code, name) in Reasons) Lacks(name, await reasons.AddAsync(code, name, Actor.System, ct));
        foreach (var (name, description) in Queues) Lacks(name, await catalog.SetDescriptionAsync(name, description, Actor.System, ct));
        // Nobody's password: an administrator sets one for whoever shall sign in.
        await MakeAsync(new UserForm("lrivas", "Laura Rivas", "lrivas@example.com", "supervisor", true, false, ""), ct);
        foreach (var (number, username, name, queues) in Agents)
        {
            await MakeAsync(new UserForm(username, name, $"{username}@example.com", "operador", false, true, number), ct);
            foreach (var queue in queues) Lacks(queue, await catalog.LinkAsync(queue, username, 0, Actor.System, ct));
        }
    }

    private async Task MakeAsync(UserForm form, CancellationToken ct)
    {
        if (directory.Find(form.Username) is null) Lacks(form.Username, (await users.CreateAsync(form, null, Actor.System, ct)).Failure);
    }

    private void Lacks(string what, Failure? failure)
    {
        if (failure is { Kind: not FailureKind.Conflict }) log.DemoLacks(what, failure.Message);
    }
}
