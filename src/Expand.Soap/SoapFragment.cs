namespace Expand.Soap;

/// <summary>
/// Elements of an inner document, kept as the bytes they go out as: for an answer that many ask for while little changes. Written by
/// <see cref="SoapXmlWriter.WriteAsync"/>.
/// </summary>
public sealed class SoapFragment
{
    private SoapFragment(byte[] bytes) => Bytes = bytes;

    internal byte[] Bytes { get; }

    /// <summary>Makes a fragment.</summary>
    /// <param name="write">Writes its elements and closes all that it opens.</param>
    /// <exception cref="InvalidOperationException">An element was left open.</exception>
    public static SoapFragment Of(Action<SoapXmlWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var output = new SoapOutput(null);
        var xml = new SoapXmlWriter(output, isFragment: true);
        write(xml);
        if (xml.HasOpen) throw new InvalidOperationException("a fragment closes what it opens");
        return new SoapFragment(output.Written.ToArray());
    }
}
