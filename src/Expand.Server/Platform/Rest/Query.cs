using System.Net;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;

namespace Expand.Server.Platform.Rest;

/// <summary>
/// A request's query, read by what its route declares (<see cref="RestRoutes.WithQuery"/>). A parameter that the route does not have is refused: one that
/// was mistyped would answer everything as if it had been filtered.
/// </summary>
internal sealed class Query : IBoundInput
{
    /// <summary>What scripts in browsers add against caches.</summary>
    private const string Ignored = "_";

    private readonly Dictionary<string, object> values = [];

    public Problem? Problem { get; private set; }

    /// <summary>Records to leave out at the beginning.</summary>
    public int Start => (int)(Whole(QueryParameter.Start.Name) ?? 0);

    /// <summary>Records to answer at most; null: all.</summary>
    public int? Limit => (int?)Whole(QueryParameter.Limit.Name);

    /// <summary>Whether the order is descending.</summary>
    public bool Descending => Choice(QueryParameter.Order.Name) == "desc";

    /// <summary>The text; null where it was not given.</summary>
    public string? Text(string name) => values.GetValueOrDefault(name) as string;

    /// <summary>The word, as declared; null where it was not given.</summary>
    public string? Choice(string name) => values.GetValueOrDefault(name) as string;

    /// <summary>The instant, UTC; null where it was not given.</summary>
    public DateTimeOffset? Moment(string name) => values.TryGetValue(name, out var value) ? (DateTimeOffset)value : null;

    /// <summary>The number; null where it was not given.</summary>
    public long? Whole(string name) => values.TryGetValue(name, out var value) ? (long)value : null;

    /// <summary>Called by ASP.NET Core where a handler has a parameter of this type.</summary>
    public static ValueTask<Query?> BindAsync(HttpContext http)
    {
        var query = new Query();
        var declared = http.GetEndpoint()?.Metadata.GetMetadata<QueryDoc>()?.Parameters ?? [];
        query.Read(http.Request.Query, NoText(http.Request.QueryString.Value), declared, http.RequestServices.GetRequiredService<LocalTime>());
        return ValueTask.FromResult<Query?>(query);
    }

    /// <summary>The parameters whose bytes are no UTF-8: ASP.NET Core leaves those percent-encoded, as if that were the text.</summary>
    private static HashSet<string> NoText(string? raw)
    {
        var names = new HashSet<string>();
        foreach (var pair in new QueryStringEnumerable(raw))
        {
            if (!IsText(pair.EncodedName.Span) || !IsText(pair.EncodedValue.Span)) names.Add(pair.DecodeName().ToString());
        }

        return names;
    }

    private static bool IsText(ReadOnlySpan<char> encoded)
    {
        if (!encoded.Contains('%')) return true;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        var length = Encoding.UTF8.GetBytes(encoded, bytes);
        return Utf8.IsValid(WebUtility.UrlDecodeToBytes(bytes, 0, length));
    }

    private void Read(IQueryCollection given, HashSet<string> noText, IReadOnlyList<QueryParameter> declared, LocalTime zone)
    {
        var wrong = new Dictionary<string, string[]>();
        foreach (var (name, texts) in given)
        {
            if (name == Ignored) continue;
            var (meant, text) = (name, texts.Count > 0 ? texts[0] ?? "" : "");
            // `order_asc` without a value stands in one of the original's examples.
            if (name.ToUpperInvariant() is "ORDER_ASC" or "ORDER_DESC" && text.Length == 0) (meant, text) = (QueryParameter.Order.Name, name[6..]);
            var parameter = declared.FirstOrDefault(p => p.Name.Equals(meant, StringComparison.OrdinalIgnoreCase));
            var (value, rule) = parameter is null ? (null, "is not a parameter of this route")
                : texts.Count > 1 || values.ContainsKey(parameter.Name) ? (null, "may be given once only")
                : noText.Contains(name) ? (null, "is not UTF-8")
                : parameter.Read(text, zone);
            if (rule is not null) wrong[PlainText.Holds(name) ? name : "query"] = [rule];
            else values[parameter!.Name] = value!;
        }

        if (wrong.Count > 0) Problem = Problem.Of(wrong);
    }
}
