namespace Expand.Server.Platform.Embedded;

/// <summary>The data folder, held by one server at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    /// <summary>Makes the folder where it is missing and holds it until disposed; the lock ends with the process, however it ends.</summary>
    public static DataFolder Hold(string folder)
    {
        var full = System.IO.Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(full);
            var file = System.IO.Path.Combine(full, "lock");
            return new DataFolder(full, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new SettingException($"another server runs on the data folder {full} (use --data for another folder)");
        }
        catch (UnauthorizedAccessException)
        {
            throw new SettingException($"the data folder {full} cannot be written (use --data for another folder)");
        }
    }

    public void Dispose() => held.Dispose();
}
