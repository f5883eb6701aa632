using System.Buffers.Binary;
using System.Net;
using Expand.Server.Access;
using Expand.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class RecordingPageTests(UiWorld world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_supervisor_finds_a_recording_plays_it_and_is_seen_to_have_listened_and_an_agent_gets_none()
    {
        var (name, password) = await world.AddUserAsync(Roles.Supervisor);
        var id = $"1795000000.{Random.Shared.Next(1_000_000, 9_000_000)}";
        await using var supervisor = await world.VisitAsync();
        await WriteAsync(Path.Combine(supervisor.Server.DataFolder, "simulator", "monitor", id + ".wav"));
        await supervisor.TrySignInAsync(name, password, "/entrar?returnUrl=" + Uri.EscapeDataString("/informes/grabaciones?llamada=" + id));
        var listen = supervisor.Page.GetByRole(AriaRole.Button, new() { Name = "Escuchar la grabación de la llamada " + id });
        // It is there when the index has it.
        await Eventually.TrueAsync(async () =>
        {
            await supervisor.Button("Actualizar").ClickAsync();
            return await listen.CountAsync() == 1;
        }, "the recording is listed", TimeSpan.FromSeconds(30));
        await listen.ClickAsync();
        var player = supervisor.Page.Locator("audio");
        await Expect(player).ToBeVisibleAsync();
        await Expect(supervisor.Page.GetByText("Escuchas: 0")).ToBeVisibleAsync();
        var address = await player.GetAttributeAsync("src");
        // The browser's own player has its length, and can go to a place in it.
        var end = await player.EvaluateAsync<double>(
            "async a => { a.muted = true; a.load(); await a.play(); a.currentTime = 2; await new Promise(done => a.onseeked = done); a.pause(); return a.duration; }");
        Assert.InRange(end, 2.8, 3.4);
        await supervisor.Page.GetByRole(AriaRole.Button, new() { Name = "Cerrar la grabación" }).ClickAsync();
        await listen.ClickAsync();
        await supervisor.Page.GetByText("Escuchas: 1").ClickAsync();
        await Expect(supervisor.Page.Locator(".who")).ToContainTextAsync(name);
        Assert.Empty(supervisor.Complaints);

        var (agent, secret) = await world.AddUserAsync(Roles.Agent);
        await using var other = await world.VisitAsync();
        await other.TrySignInAsync(agent, secret);
        var refused = await other.Page.APIRequest.GetAsync(supervisor.Server.Url + address, new() { MaxRedirects = 0 });
        Assert.NotEqual((int)HttpStatusCode.OK, refused.Status);
    }

    [Fact]
    public async Task An_administrator_is_told_what_is_wrong_with_the_folders_and_sets_them_back()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/sistema/grabaciones");
        await admin.Button("Comprobar ahora").ClickAsync();
        await Expect(admin.Page.GetByText("Todo está en orden.")).ToBeVisibleAsync();
        var folder = admin.Page.GetByLabel("Carpeta de la central");
        await folder.FillAsync("monitor");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Page.GetByText("Escriba la ruta completa de una carpeta, por ejemplo")).ToBeVisibleAsync();
        await folder.FillAsync("/no/existe/monitor");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Page.GetByText("Ajustes guardados.")).ToBeVisibleAsync();
        await admin.Button("Comprobar ahora").ClickAsync();
        await Expect(admin.Page.GetByText("La carpeta /no/existe/monitor no existe en este servidor.")).ToBeVisibleAsync();
        await admin.Button("Volver a la configuración").ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Volver a la configuración", Exact = true }).ClickAsync();
        await Expect(admin.Page.GetByText("Valen los ajustes de la configuración del servidor.")).ToBeVisibleAsync();
        Assert.Equal(1, await world.AuditedAsync("settings.changed", "Recordings"));
        Assert.Empty(admin.Complaints);
    }

    /// <summary>Three seconds of a tone, as Asterisk writes them.</summary>
    private static async Task WriteAsync(string path)
    {
        var wave = new byte[44 + 48_000];
        "RIFF"u8.CopyTo(wave);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(4), wave.Length - 8);
        "WAVEfmt "u8.CopyTo(wave.AsSpan(8));
        byte[] format = [16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0];
        format.CopyTo(wave, 16);
        "data"u8.CopyTo(wave.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(40), 48_000);
        for (var i = 0; i < 24_000; i++) BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(44 + (2 * i)), (short)(3000 * Math.Sin(i * 0.5)));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, wave, Ct);
    }
}
