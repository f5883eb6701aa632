namespace Expand.Server.Platform.Files;

/// <summary>A file that somebody sent to be imported, on this host's disk until it is closed.</summary>
internal sealed class UploadedFile : IAsyncDisposable, IDisposable
{
    /// <summary>Bytes of a file at most.</summary>
    public const long MostBytes = 100L * 1024 * 1024;

    private const int HeadBytes = 256 * 1024;
    private readonly FileStream file;

    private UploadedFile(string name, FileStream file) => (Name, this.file) = (name, file);

    /// <summary>What its sender calls it.</summary>
    public string Name { get; }

    public long Bytes => file.Length;

    /// <summary>How much of it was read.</summary>
    public long Position => file.Position;

    /// <summary>Takes a file from where it comes.</summary>
    /// <param name="name">What its sender calls it.</param>
    /// <param name="content">Its content.</param>
    /// <param name="received">Told how many bytes there are so far.</param>
    /// <param name="ct">Ends the taking; nothing stays.</param>
    public static async Task<UploadedFile> ReceiveAsync(string name, Stream content, Func<long, Task> received, CancellationToken ct)
    {
        var path = Path.Combine(Path.GetTempPath(), $"expand-import-{Guid.NewGuid():N}.csv");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        // What customers' lists hold is nobody else's business.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        try
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
                await received(file.Length);
            }

            await file.FlushAsync(ct);
            return new UploadedFile(name, file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it looks like.</summary>
    /// <param name="columns">How many columns it is to have.</param>
    /// <param name="isTitle">Whether a text is the title of a column that is known.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<CsvShape> GuessAsync(int columns, Func<string, bool> isTitle, CancellationToken ct)
    {
        var head = new byte[Math.Min(HeadBytes, file.Length)];
        file.Position = 0;
        await file.ReadExactlyAsync(head, ct);
        return CsvShape.Guess(head, head.Length == file.Length, columns, isTitle);
    }

    /// <summary>Its rows from the first one on, the heading among them.</summary>
    public IEnumerable<CsvRow> Rows(CsvShape shape)
    {
        file.Position = 0;
        return CsvRows.Read(file, shape);
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    public void Dispose() => file.Dispose();
}
