using System.Runtime.CompilerServices;

namespace Expand.TestKit;

/// <summary>The checkout that the tests were built from.</summary>
public static class Checkout
{
    /// <summary>Its folder: the one that holds Expand.sln.</summary>
    /// <exception cref="DirectoryNotFoundException">It is nowhere above the sources, the build or the working folder.</exception>
    public static string Folder([CallerFilePath] string here = "")
    {
        // The source's own place; with a build that was carried elsewhere, the folders above the tests.
        foreach (var start in new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "Expand.sln"))) return folder;
            }
        }

        throw new DirectoryNotFoundException($"the checkout (Expand.sln) is not above {here}, {AppContext.BaseDirectory} or {Environment.CurrentDirectory}");
    }
}
