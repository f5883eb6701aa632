namespace Expand.Server.Platform.Exports;

/// <summary>A column of a table that is exported.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Value">Its value in a row: a text, a whole or decimal number, an instant (written in the installation's time zone), or null for an empty cell.</param>
internal sealed record TableColumn<T>(string Title, Func<T, object?> Value);
