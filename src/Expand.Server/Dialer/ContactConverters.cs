using System.Text.Json;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Dialer;

/// <summary>Reads <c>info</c> of a request as the text of its object.</summary>
internal sealed class ContactInfoConverter : JsonConverter<object>
{
    public override bool HandleNull => true;

    public override object Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (text, rule) = ContactInfo.Read(JsonElement.ParseValue(ref reader));
        return text ?? throw new FieldRuleException(rule!);
    }

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) => writer.WriteRawValue((string)value);
}

/// <summary>Reads <c>enable</c>: a boolean, or one in quotes as the original writes it.</summary>
internal sealed class EnableConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String when bool.TryParse(reader.GetString(), out var enable) => enable,
        _ => throw new FieldRuleException("takes true or false"),
    };

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options)
    {
        if (value is { } enable) writer.WriteBooleanValue(enable);
        else writer.WriteNullValue();
    }
}
