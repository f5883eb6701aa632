using System.Text.Json;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>
/// On an installation without users: makes an administrator, an authorizedKey and an API credential with random secrets and writes them
/// to <c>credentials.json</c> (mode 600) in the data folder. Hosts that start together take turns; only the first one finds no users.
/// </summary>
internal sealed class FirstStart(
    Users users, AuthorizedKeys keys, ApiCredentials credentials, ExpandDb db, Leases leases, TimeProvider clock, ILogger<FirstStart> log)
{
    private const string AdminName = "admin";
    private const string ApiName = "api";

    /// <summary>The file's members are read by scripts: names as documented.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal sealed record Credentials(string Url, string AdminUser, string AdminPassword, string AuthorizedKey, string ApiUser, string ApiPassword);

    public static string FileIn(string dataFolder) => Path.Combine(dataFolder, "credentials.json");

    public async Task RunAsync(string dataFolder, string url, CancellationToken ct)
    {
        if (await db.Set<User>().AnyAsync(ct)) return;
        await leases.RunAsync("first-start", async held =>
        {
            if (!await db.Set<User>().AnyAsync(held)) await MakeAsync(dataFolder, url, held);
        }, ct);
    }

    private async Task MakeAsync(string dataFolder, string url, CancellationToken ct)
    {
        var adminPassword = Users.NewPassword();
        // A start that was cut short left these behind, with secrets that nobody knows.
        foreach (var lost in (await keys.ListAsync(ct)).Where(k => k.CreatedBy == Actor.System.Name && k.RevokedAt is null))
            await keys.RevokeAsync(lost.Id, Actor.System, ct);
        foreach (var lost in (await credentials.ListAsync(ct)).Where(c => c.CreatedBy == Actor.System.Name && c.RevokedAt is null))
            await credentials.RevokeAsync(lost.Id, Actor.System, ct);

        var key = (await keys.CreateAsync("Primera clave", KeyLimits.None, Actor.System, ct)).Value!;
        var credential = await MakeCredentialAsync(ct);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), Actor.System, "installation.first-start", AdminName));
        await db.SaveChangesAsync(ct);

        // The file comes before the administrator: after a crash in between the next start finds no users and begins again.
        WriteSecretly(FileIn(dataFolder), JsonSerializer.Serialize(
            new Credentials(url, AdminName, adminPassword, key.Secret, credential.Username, credential.Password), Json));
        var admin = new UserForm(AdminName, "Administrador", "", UserForm.AdministratorProfile, IsSupervisor: true, IsAgent: false, AgentNumber: "");
        if ((await users.CreateAsync(admin, adminPassword, Actor.System, ct)).Failure is { } failure)
            throw new InvalidOperationException($"The administrator could not be made: {failure.Message}");
        log.FirstStartDone(AdminName);
    }

    /// <summary>Named <c>api</c>, or with the first number after it that is free: an administrator may have made one from the shell already.</summary>
    private async Task<NewCredential> MakeCredentialAsync(CancellationToken ct)
    {
        var form = new CredentialForm("Primera credencial", ApiCredential.AllScopes, [], null);
        for (var number = 1; ; number++)
        {
            var made = await credentials.CreateAsync(number == 1 ? ApiName : $"{ApiName}{number}", form, Actor.System, ct);
            if (made.Value is { } credential) return credential;
            if (made.Failure!.Kind != FailureKind.Conflict) throw new InvalidOperationException($"The API credential could not be made: {made.Failure.Message}");
        }
    }

    private static void WriteSecretly(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var part = file + ".part";
        File.Delete(part);
        using (var stream = new FileStream(part, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(stream))
        {
            writer.WriteLine(text);
        }

        File.Move(part, file, overwrite: true);
    }
}
