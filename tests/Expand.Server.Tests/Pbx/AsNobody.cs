using System.Runtime.InteropServices;

namespace Expand.Server.Tests.Pbx;

/// <summary>This thread opens files as the user nobody until disposed: root may read everything. Where the tests do not run as root nothing changes.</summary>
internal sealed class AsNobody : IDisposable
{
    private const uint Nobody = 65534;
    private readonly uint before;

    public AsNobody() => before = SetFileSystemUser(Nobody);

    public void Dispose() => _ = SetFileSystemUser(before);

    /// <summary>The kernel's own call counts for the calling thread alone; it answers who it was before.</summary>
    [DllImport("libc", EntryPoint = "setfsuid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetFileSystemUser(uint user);
}
