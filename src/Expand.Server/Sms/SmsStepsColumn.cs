using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Expand.Server.Sms;

/// <summary>The steps of a recipient as they are stored: JSON, in the row itself, so that a change and its step are one write.</summary>
internal static class SmsStepsColumn
{
    public static readonly ValueConverter<List<SmsStep>, string> Conversion = new(
        steps => JsonSerializer.Serialize(steps, JsonSerializerOptions.Web),
        json => JsonSerializer.Deserialize<List<SmsStep>>(json, JsonSerializerOptions.Web) ?? new());

    /// <summary>The list is replaced with every step, never changed.</summary>
    public static readonly ValueComparer<List<SmsStep>> Comparer = new(
        (one, other) => ReferenceEquals(one, other), steps => steps.Count, steps => steps);
}
