using System.Text.Json;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Sms;

/// <summary>One text or a list of texts; always written as a list.</summary>
internal sealed class SmsRecipientsConverter : JsonConverter<IReadOnlyList<string?>>
{
    private const string Rule = "takes a text or a list of texts";

    public override IReadOnlyList<string?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()];
        if (reader.TokenType != JsonTokenType.StartArray) throw new FieldRuleException(Rule);
        var texts = new List<string?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String) throw new FieldRuleException(Rule);
            texts.Add(reader.GetString());
        }

        return texts;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string?> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
