using System.Buffers;
using System.Globalization;
using System.Text;

namespace Expand.Simulator.Ami;

/// <summary>Writes AMI packets as bytes, one buffer reused; an event is encoded once for all sessions.</summary>
internal sealed class AmiEncoder
{
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public AmiEncoder Start(string header, string value)
    {
        buffer.ResetWrittenCount();
        return Add(header, value);
    }

    public AmiEncoder Add(string header, string? value)
    {
        var text = value ?? "";
        var span = buffer.GetSpan(header.Length + 4 + (text.Length * 3));
        var n = Encoding.UTF8.GetBytes(header, span);
        span[n++] = (byte)':';
        span[n++] = (byte)' ';
        n += Encoding.UTF8.GetBytes(text, span[n..]);
        span[n++] = (byte)'\r';
        span[n++] = (byte)'\n';
        buffer.Advance(n);
        return this;
    }

    public AmiEncoder Add(string prefix, string header, string? value)
    {
        if (prefix.Length > 0)
        {
            var span = buffer.GetSpan(prefix.Length * 3);
            buffer.Advance(Encoding.UTF8.GetBytes(prefix, span));
        }
        return Add(header, value);
    }

    public AmiEncoder Add(string header, long value) => Add(header, value.ToString(CultureInfo.InvariantCulture));

    public AmiEncoder AddIf(bool condition, string header, string? value) => condition ? Add(header, value) : this;

    /// <summary>Ends the packet and gives its bytes.</summary>
    public byte[] End()
    {
        buffer.Write("\r\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
