using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Expand.Server.Pbx;

/// <summary>The bytes of one log file, plain or compressed with gzip; offsets count the bytes of the log itself.</summary>
internal abstract class LogSource : IDisposable
{
    /// <summary>Whether a file of this name is compressed, and so does not grow any more.</summary>
    public static bool IsCompressed(string file) => file.EndsWith(".gz", StringComparison.Ordinal);

    /// <summary>The last eight bytes of a compressed file, checksum and length of what is in it; null where there are not so many, or it is gone.</summary>
    public static ulong? Trailer(string file)
    {
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> bytes = stackalloc byte[8];
            return RandomAccess.GetLength(handle) >= 18 && RandomAccess.Read(handle, bytes, RandomAccess.GetLength(handle) - 8) == 8
                ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
                : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">It is gone, or may not be read.</exception>
    public static LogSource Open(string file)
    {
        var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return IsCompressed(file) ? new Compressed(handle) : new Plain(handle);
    }

    /// <summary>When it was last written.</summary>
    public abstract DateTimeOffset WrittenAt { get; }

    /// <summary>Whether it may still grow or be emptied in place.</summary>
    public abstract bool MayChange { get; }

    /// <summary>Some bytes from the offset on; 0 at the end.</summary>
    public abstract int Read(Span<byte> buffer, long offset);

    /// <summary>As many bytes as there are, up to the buffer's length.</summary>
    public int Fill(Span<byte> buffer, long offset)
    {
        var filled = 0;
        while (filled < buffer.Length && Read(buffer[filled..], offset + filled) is var read and > 0) filled += read;
        return filled;
    }

    /// <summary>Whether a whole line begins at the offset.</summary>
    public bool HasLine(long offset)
    {
        var buffer = new byte[64 * 1024];
        while (Read(buffer, offset) is var read and > 0)
        {
            if (buffer.AsSpan(0, read).Contains((byte)'\n')) return true;
            offset += read;
        }

        return false;
    }

    public abstract void Dispose();

    private sealed class Plain(SafeFileHandle handle) : LogSource
    {
        public override DateTimeOffset WrittenAt => File.GetLastWriteTimeUtc(handle);

        public override bool MayChange => true;

        public override int Read(Span<byte> buffer, long offset) => RandomAccess.Read(handle, buffer, offset);

        public override void Dispose() => handle.Dispose();
    }

    /// <summary>
    /// gzip goes forward only: the last bytes are kept, since the piece of a line at their end is asked for again; to go back further
    /// begins anew. A file that breaks off or is damaged ends there.
    /// </summary>
    private sealed class Compressed(SafeFileHandle handle) : LogSource
    {
        private GZipStream? stream;
        private byte[] last = [];
        private long at;

        public override DateTimeOffset WrittenAt => File.GetLastWriteTimeUtc(handle);

        public override bool MayChange => false;

        public override int Read(Span<byte> buffer, long offset)
        {
            if (stream is null || offset < at - last.Length) Restart();
            if (offset < at)
            {
                var kept = last.AsSpan(last.Length - (int)(at - offset));
                var count = Math.Min(kept.Length, buffer.Length);
                kept[..count].CopyTo(buffer);
                return count;
            }

            var skip = new byte[16 * 1024];
            while (at < offset)
            {
                var skipped = Next(skip.AsSpan(0, (int)Math.Min(skip.Length, offset - at)));
                if (skipped == 0) return 0;
            }

            var read = Next(buffer);
            if (read > 0) last = buffer[..read].ToArray();
            return read;
        }

        public override void Dispose()
        {
            stream?.Dispose();
            handle.Dispose();
        }

        private int Next(Span<byte> buffer)
        {
            try
            {
                var read = stream!.Read(buffer);
                at += read;
                if (read > 0) last = [];
                return read;
            }
            catch (InvalidDataException)
            {
                return 0;
            }
        }

        private void Restart()
        {
            stream?.Dispose();
            stream = new GZipStream(new HandleStream(handle), CompressionMode.Decompress);
            (last, at) = ([], 0);
        }
    }

    /// <summary>Reads a handle from its beginning without owning it.</summary>
    private sealed class HandleStream(SafeFileHandle handle) : Stream
    {
        private long at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(handle, buffer, at);
            at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
