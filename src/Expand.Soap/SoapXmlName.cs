using System.Text;

namespace Expand.Soap;

/// <summary>An attribute's name, checked and ready to be written: for those that come in each of a million rows.</summary>
public sealed class SoapXmlName
{
    private readonly string name;
    private readonly byte[] start;

    /// <summary>Makes it.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">That is no XML name in ASCII.</exception>
    public SoapXmlName(string name)
    {
        SoapXmlWriter.CheckName(name);
        (this.name, start) = (name, Encoding.ASCII.GetBytes($" {name}=\""));
    }

    /// <summary>What stands before the value.</summary>
    internal ReadOnlySpan<byte> Start => start;

    /// <summary>The name.</summary>
    public override string ToString() => name;
}
