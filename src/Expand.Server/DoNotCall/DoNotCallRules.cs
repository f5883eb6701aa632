using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.DoNotCall;

/// <summary>The settings changed: with a rule more than a section has by itself.</summary>
internal sealed class DoNotCallRules(Settings<DoNotCallSettings> settings, IDbContextFactory<ExpandDb> databases)
{
    /// <summary>
    /// Sets the section; null puts the configuration's in force again. The country and its prefix stay while a list or an exemption has a number: numbers
    /// are kept as they are compared, and by another country's rules none of them would be found.
    /// </summary>
    public async Task<Failure?> ChangeAsync(DoNotCallSettings? value, DateTimeOffset? readAt, Actor actor, CancellationToken ct)
    {
        var (before, after) = (settings.Value, value ?? settings.Configured);
        if (after.CountryCode != before.CountryCode || after.NationalPrefix != before.NationalPrefix)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            if (await db.Set<NumberList>().AnyAsync(l => l.Numbers > 0, ct) || await db.Set<Exemption>().AnyAsync(ct))
            {
                return Failure.Invalid(
                    after.CountryCode != before.CountryCode ? nameof(after.CountryCode) : nameof(after.NationalPrefix), "stays while lists and exemptions have numbers: they are kept by it");
            }
        }

        return await settings.ChangeAsync(value, readAt, actor, ct);
    }
}
