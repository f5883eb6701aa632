using System.Collections;
using System.Globalization;
using System.Reflection;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Expand.Server.Access.Settings;

/// <summary>A section in force.</summary>
/// <typeparam name="T">The section.</typeparam>
/// <param name="Value">What is in force.</param>
/// <param name="ChangedAt">When it was set; null where it is the configuration's.</param>
/// <param name="ChangedBy">Who set it.</param>
internal sealed record SettingsInForce<T>(T Value, DateTimeOffset? ChangedAt, string? ChangedBy);

/// <summary>One section: read on every use, changed by administrators, on this host at once and on every other within a second.</summary>
internal sealed class Settings<T>(
    InstallationSettings stored, SectionJson json, IOptions<T> configured, IDbContextFactory<ExpandDb> databases, TimeProvider clock)
    where T : class, ISettingsSection, IEquatable<T>
{
    private volatile Reading reading = new(null, new(configured.Value, null, null));

    /// <summary>What is in force now.</summary>
    public T Value => InForce.Value;

    /// <summary>What is in force where nobody has set anything.</summary>
    public T Configured => configured.Value;

    /// <summary>What is in force now, and who set it.</summary>
    public SettingsInForce<T> InForce
    {
        get
        {
            var row = stored.Find(T.Section);
            var last = reading;
            if (ReferenceEquals(row, last.Row)) return last.InForce;
            var value = row is null ? null : json.Read<T>(row.Value);
            var next = value is null ? new SettingsInForce<T>(configured.Value, null, null) : new(value, row!.ChangedAt, row.ChangedBy);
            reading = new Reading(row, next);
            return next;
        }
    }

    /// <summary>Sets the section; null puts the configuration's in force again. Audited by the names of the fields, and never with a secret.</summary>
    /// <param name="value">What is to be in force.</param>
    /// <param name="readAt"><see cref="SettingsInForce{T}.ChangedAt"/> of what was shown to whom changes it: it must still be in force.</param>
    /// <param name="actor">Who changes it.</param>
    /// <param name="ct">Ends the writing.</param>
    public async Task<Failure?> ChangeAsync(T? value, DateTimeOffset? readAt, Actor actor, CancellationToken ct)
    {
        if (value?.Validate() is { } wrong) return wrong;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await SharedCopy.RaiseAsync(db, InstallationSettings.Counter, ct);
        var section = T.Section;
        var row = await db.Set<StoredSection>().SingleOrDefaultAsync(s => s.Section == section, ct);
        if (row?.ChangedAt != readAt) return Failure.Changed("the settings were changed by somebody else in the meantime; read them again");
        var before = row is null ? configured.Value : json.Read<T>(row.Value) ?? configured.Value;
        var differences = Differences(before, value ?? configured.Value);
        if (differences.Count == 0 && value is null == row is null) return null;
        // As PostgreSQL keeps it: compared with what is read from it.
        var now = new DateTimeOffset(clock.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        if (value is null) db.Remove(row!);
        else if (row is null) db.Add(new StoredSection { Section = section, Value = json.Write(value), ChangedAt = now, ChangedBy = actor.Name });
        else (row.Value, row.ChangedAt, row.ChangedBy) = (json.Write(value), now, actor.Name);
        db.Add(AuditEntry.Of(now, actor, value is null ? "settings.reset" : "settings.changed", section, string.Join("; ", differences)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await stored.RefreshAsync(ct);
        return null;
    }

    /// <summary>What differs, a line for each field: of what is no single value, and of secrets, only that they do.</summary>
    private static List<string> Differences(T before, T after)
    {
        var differences = new List<string>();
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var (was, now) = (property.GetValue(before), property.GetValue(after));
            if (AreEqual(was, now)) continue;
            var isPlain = property.PropertyType == typeof(string) || property.PropertyType.IsValueType;
            differences.Add(!isPlain || property.IsDefined(typeof(SecretAttribute)) ? $"{property.Name} changed" : $"{property.Name} from {Text(was)} to {Text(now)}");
        }

        return differences;
    }

    private static bool AreEqual(object? was, object? now) =>
        was is IEnumerable and not string && now is IEnumerable other
            ? ((IEnumerable)was).Cast<object?>().SequenceEqual(other.Cast<object?>())
            : Equals(was, now);

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "-";

    /// <summary>A row, and what was read of it.</summary>
    private sealed record Reading(StoredSection? Row, SettingsInForce<T> InForce);
}

internal static class SettingsServices
{
    /// <summary>A section that administrators may change. A rule that the configuration's breaks stops the start.</summary>
    public static IServiceCollection AddChangeableSettings<T>(this IServiceCollection services)
        where T : class, ISettingsSection, IEquatable<T>
    {
        services.AddSettings<T>(T.Section);
        services.AddSingleton<IValidateOptions<T>, ConfiguredRules<T>>();
        return services.AddSingleton<Settings<T>>();
    }

    private sealed class ConfiguredRules<T> : IValidateOptions<T>
        where T : class, ISettingsSection
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            options.Validate() is { } wrong ? ValidateOptionsResult.Fail($"{T.Section}:{wrong.Field}: {wrong.Message}") : ValidateOptionsResult.Success;
    }
}
