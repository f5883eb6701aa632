namespace Expand.Clients.DotNet;

/// <summary>The service answered what a client would not expect.</summary>
internal sealed class Surprise(string what) : Exception(what)
{
    public static void Unless(bool right, string what)
    {
        if (!right) throw new Surprise(what);
    }
}
