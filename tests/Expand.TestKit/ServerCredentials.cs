using System.Text.Json;

namespace Expand.TestKit;

/// <summary>What the first start writes to <c>credentials.json</c>.</summary>
public sealed record ServerCredentials(
    string Url, string AdminUser, string AdminPassword, string AuthorizedKey, string ApiUser, string ApiPassword)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Reads the file of a data folder.</summary>
    public static async Task<ServerCredentials> ReadAsync(string dataFolder, CancellationToken ct = default)
    {
        await using var file = File.OpenRead(Path.Combine(dataFolder, "credentials.json"));
        return await JsonSerializer.DeserializeAsync<ServerCredentials>(file, Web, ct) ?? throw new InvalidDataException($"{file.Name} is empty");
    }
}
