using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Expand.Server.Sms;

/// <summary>Tokens of a rate that all hosts share: a second's worth at most, and one is taken for each message.</summary>
internal sealed class SmsRateRow
{
    public required string Name { get; init; }

    public double Tokens { get; init; }

    /// <summary>When they were counted, by PostgreSQL's clock: hosts' clocks differ.</summary>
    public DateTimeOffset At { get; init; }
}

internal sealed class SmsRateConfiguration : IEntityTypeConfiguration<SmsRateRow>
{
    public void Configure(EntityTypeBuilder<SmsRateRow> builder) => builder.ToTable("sms_rates").HasKey(r => r.Name);
}

/// <summary>How many messages programs may ask for in a second, over all hosts.</summary>
internal sealed class SmsRate(NpgsqlDataSource database)
{
    private const string Name = "accept";

    /// <summary>Takes a token; false where this second's are spent. In a transaction of its own, so that no request waits for another one's.</summary>
    public async Task<bool> TakeAsync(int perSecond, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into sms_rates as r (name, tokens, at) values ($1, $2 - 1, clock_timestamp()) on conflict (name) do update
            set tokens = least($2, r.tokens + greatest(0, extract(epoch from clock_timestamp() - r.at)) * $2) - 1, at = clock_timestamp()
            where least($2, r.tokens + greatest(0, extract(epoch from clock_timestamp() - r.at)) * $2) >= 1
            """);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = (double)perSecond });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
