using System.Text.Json;
using System.Text.Json.Serialization;

namespace Expand.Server.Platform.Rest;

/// <summary>One text or a list of texts; always written as a list.</summary>
internal sealed class OneOrSeveral : JsonConverter<IReadOnlyList<string?>>
{
    public override IReadOnlyList<string?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        const string Rule = "takes a text or a list of texts";
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
