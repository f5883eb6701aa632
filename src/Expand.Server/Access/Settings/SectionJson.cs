using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.DataProtection;

namespace Expand.Server.Access.Settings;

/// <summary>Sections as JSON: secrets are encrypted with the installation's own keys, which all its hosts have.</summary>
internal sealed class SectionJson(IDataProtectionProvider protection, ILogger<SectionJson> log)
{
    private readonly JsonSerializerOptions options = OptionsOf(new SecretText(protection.CreateProtector("settings"), log));

    public string Write<T>(T section) => JsonSerializer.Serialize(section, options);

    /// <summary>Null where it is no such section; what a later version added is left out.</summary>
    public T? Read<T>(string json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonSerializerOptions OptionsOf(SecretText secrets) => new()
    {
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                type =>
                {
                    foreach (var property in type.Properties.Where(p => p.AttributeProvider?.IsDefined(typeof(SecretAttribute), inherit: true) is true))
                        property.CustomConverter = secrets;
                },
            },
        },
    };

    private sealed class SecretText(IDataProtector protector, ILogger log) : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? "";
            try
            {
                return text.Length == 0 ? "" : protector.Unprotect(text);
            }
            catch (CryptographicException)
            {
                // The keys of a restored database may be lost: the secret is to be given anew, and nothing else suffers.
                log.SecretUnreadable();
                return "";
            }
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Length == 0 ? "" : protector.Protect(value));
    }
}
