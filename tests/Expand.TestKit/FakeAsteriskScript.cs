using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Expand.TestKit;

/// <summary>An action as the fake Asterisk read it.</summary>
/// <param name="Name">Value of its Action header.</param>
/// <param name="ActionId">Its ActionID.</param>
/// <param name="Headers">All headers, in order.</param>
/// <param name="Connection">Which connection it came on, from 1.</param>
public sealed record FakeAction(string Name, string? ActionId, IReadOnlyList<KeyValuePair<string, string>> Headers, int Connection)
{
    /// <summary>First value of a header, without regard to case.</summary>
    public string? this[string header] => Headers.FirstOrDefault(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>What the fake does about an action. A text may hold {id} for the ActionID; line ends become CR LF.</summary>
public sealed record FakeReply
{
    /// <summary>Sent as it is; null: nothing.</summary>
    public string? Text { get; init; }

    /// <summary>Waits before; later actions are answered meanwhile.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Closes the connection after the text.</summary>
    public bool Close { get; init; }

    /// <summary>No answer, ever.</summary>
    public static FakeReply Silence { get; } = new();

    /// <summary>Closes the connection instead of answering.</summary>
    public static FakeReply HangUp { get; } = new() { Close = true };

    /// <summary>Success with more headers.</summary>
    public static FakeReply Success(params (string Name, string Value)[] headers) =>
        new() { Text = "Response: Success\nActionID: {id}\n" + string.Concat(headers.Select(h => $"{h.Name}: {h.Value}\n")) + "\n" };

    /// <summary>Error with a message.</summary>
    public static FakeReply Error(string message) => new() { Text = "Response: Error\nActionID: {id}\nMessage: " + message + "\n\n" };

    /// <summary>A list: the response, an event per item (its name and headers, without ActionID), and the event that ends it.</summary>
    public static FakeReply List(string completeEvent, IReadOnlyList<string> items) => new()
    {
        Text = "Response: Success\nActionID: {id}\nEventList: start\nMessage: follows\n\n"
            + string.Concat(items.Select(i => i.TrimEnd('\n') + "\nActionID: {id}\n\n"))
            + string.Create(CultureInfo.InvariantCulture, $"Event: {completeEvent}\nActionID: {{id}}\nEventList: Complete\nListItems: {items.Count}\n\n"),
    };

    /// <summary>A text sent as it is.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator FakeReply?(string? text) => text is null ? null : new() { Text = text };

    /// <summary>A text sent as it is.</summary>
    public static FakeReply FromString(string text) => text;
}

/// <summary>How the fake behaves before any action is scripted.</summary>
public sealed record FakeAsteriskOptions
{
    /// <summary>User it knows.</summary>
    public string Username { get; init; } = "expand";

    /// <summary>Secret of that user.</summary>
    public string Secret { get; init; } = "fake-secret";

    /// <summary>First line, without its end; null: none is sent.</summary>
    public string? Banner { get; init; } = "Asterisk Call Manager/11.0.0";

    /// <summary>Sends FullyBooted right after the login.</summary>
    public bool Boots { get; init; } = true;

    /// <summary>Speaks TLS with a certificate made at the start.</summary>
    public bool Tls { get; init; }

    /// <summary>Port to listen on; 0: any.</summary>
    public int Port { get; init; }
}
