using System.Buffers;
using System.Text;

namespace Expand.Soap;

/// <summary>
/// Reads the envelopes that nearly all clients send, straight from their UTF-8: one call, arguments that hold text and nothing else, no header.
/// Whatever is not plainly that, or may be wrong, it leaves to <see cref="EnvelopeReader"/>: it never refuses, and what it reads, that one reads
/// alike. An XML reader for each request costs more than all the rest of answering it.
/// </summary>
internal ref struct PlainEnvelope
{
    /// <summary>Envelope, Body, the call and its arguments.</summary>
    public const int Depth = 4;

    private const int MostElements = 32;
    private const int MostNamespaces = 16;
    private const int MostAttributes = 12;

    /// <summary>What ends a text, or is none of ours: markup, references, line ends to be made alike, and what may be no character of XML.</summary>
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(b => b is not ('\t' or '\n')).Select(b => (byte)b), (byte)'<', (byte)'&', (byte)']', 0xEF]);

    private static readonly SearchValues<byte> NoAttribute = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'<', (byte)'&', 0xEF]);

    private static readonly SearchValues<byte> InName = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"u8);

    private readonly ReadOnlySpan<byte> all;
    private ReadOnlySpan<byte> rest;
    private Declared namespaces;
    private int declared;

    private PlainEnvelope(ReadOnlySpan<byte> body)
    {
        all = body;
        rest = body;
    }

    /// <summary>The request and its version, or nothing where it is not plainly one.</summary>
    public static (SoapRequest Request, SoapVersion Version)? Read(ReadOnlySpan<byte> body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body)) return null;
        return new PlainEnvelope(body).Read();
    }

    private (SoapRequest Request, SoapVersion Version)? Read()
    {
        if (!SkipDeclaration()) return null;
        SkipSpace();
        if (!Start(out var envelope) || envelope.IsEmpty || !Local(envelope).SequenceEqual("Envelope"u8)) return null;
        var ns = NamespaceOf(envelope);
        var version = ns.SequenceEqual(SoapVersion.V11.NamespaceBytes) ? SoapVersion.V11 : ns.SequenceEqual(SoapVersion.V12.NamespaceBytes) ? SoapVersion.V12 : null;
        if (version is null) return null;
        SkipSpace();
        if (!Start(out var body) || body.IsEmpty || !Local(body).SequenceEqual("Body"u8) || !NamespaceOf(body).SequenceEqual(ns)) return null;
        SkipSpace();
        if (ReadCall() is not { } request) return null;
        SkipSpace();
        if (!End(body)) return null;
        SkipSpace();
        if (!End(envelope)) return null;
        SkipSpace();
        return rest.IsEmpty ? (request, version) : null;
    }

    private SoapRequest? ReadCall()
    {
        if (!Start(out var call)) return null;
        var request = new SoapRequest(Encoding.ASCII.GetString(Local(call)), Encoding.UTF8.GetString(NamespaceOf(call)));
        if (call.IsEmpty) return request;
        for (var count = 0; ; count++)
        {
            SkipSpace();
            if (rest.StartsWith("</"u8)) return End(call) ? request : null;
            var outside = declared;
            if (count == MostElements || !Start(out var argument)) return null;
            var text = "";
            if (!argument.IsEmpty && (!Text(out text) || !End(argument))) return null;
            request.Arguments.Add(new SoapArgument(Encoding.ASCII.GetString(Local(argument)), null, null, text, HasElements: false));
            declared = outside;
        }
    }

    /// <summary>None, or one that says nothing or UTF-8. Another encoding, and space before it, are the other reader's.</summary>
    private bool SkipDeclaration()
    {
        if (!rest.StartsWith("<?"u8)) return true;
        var end = rest.IndexOf("?>"u8);
        if (end < 0) return false;
        var declaration = rest[..end];
        var isKnown = declaration.SequenceEqual("<?xml version=\"1.0\" encoding=\"UTF-8\""u8) || declaration.SequenceEqual("<?xml version=\"1.0\" encoding=\"utf-8\""u8)
            || declaration.SequenceEqual("<?xml version='1.0' encoding='UTF-8'"u8) || declaration.SequenceEqual("<?xml version='1.0' encoding='utf-8'"u8)
            || declaration.SequenceEqual("<?xml version=\"1.0\""u8);
        rest = rest[(end + 2)..];
        return isKnown;
    }

    private void SkipSpace() => rest = rest.TrimStart(" \t\r\n"u8);

    /// <summary>A start tag whose attributes declare namespaces, or say a type or an encoding and nothing that matters here.</summary>
    private bool Start(out Tag tag)
    {
        tag = default;
        if (rest.Length < 2 || rest[0] != '<') return false;
        rest = rest[1..];
        if (!Name(out var prefix, out var local)) return false;
        tag = new Tag(prefix, local, IsEmpty: false);
        Attributes attributes = default;
        for (var count = 0; ; count++)
        {
            var before = rest.Length;
            SkipSpace();
            if (rest.IsEmpty) return false;
            if (rest[0] == '>' || rest.StartsWith("/>"u8))
            {
                tag = tag with { IsEmpty = rest[0] == '/' };
                rest = rest[(tag.IsEmpty ? 2 : 1)..];
                break;
            }

            if (before == rest.Length || count == MostAttributes || !Attribute(attributes[..count], out attributes[count])) return false;
        }

        return IsBound(prefix) && AreBound(attributes);
    }

    private bool Attribute(scoped ReadOnlySpan<(Range Prefix, Range Local)> earlier, out (Range Prefix, Range Local) attribute)
    {
        attribute = default;
        if (!Name(out var prefix, out var local) || rest.Length < 3 || rest[0] != '=' || rest[1] is not ((byte)'"' or (byte)'\'')) return false;
        attribute = (prefix, local);
        var end = rest[2..].IndexOf(rest[1]);
        if (end < 0) return false;
        var at = all.Length - rest.Length + 2;
        var value = all.Slice(at, end);
        if (value.ContainsAny(NoAttribute)) return false;
        rest = rest[(end + 3)..];
        var name = all[local];
        // Two of one name, be it by two prefixes of one namespace, are an error: rare enough to let the other reader tell it.
        foreach (var (_, other) in earlier)
        {
            if (name.SequenceEqual(all[other])) return false;
        }

        var isDefault = all[prefix].IsEmpty && name.SequenceEqual("xmlns"u8);
        if (!isDefault && !all[prefix].SequenceEqual("xmlns"u8)) return name.SequenceEqual("type"u8) || name.SequenceEqual("encodingStyle"u8);
        // Those that XML has for itself, and a prefix that is taken away.
        if (declared == MostNamespaces || value.StartsWith("http://www.w3.org/XML/"u8) || value.StartsWith("http://www.w3.org/2000/xmlns"u8)) return false;
        if (!isDefault && (value.IsEmpty || name.StartsWith("xml"u8))) return false;
        namespaces[declared++] = (isDefault ? default : local, at..(at + end));
        return true;
    }

    /// <summary>Text up to the next tag.</summary>
    private bool Text(out string text)
    {
        text = "";
        var end = rest.IndexOfAny(Special);
        if (end < 0) return false;
        if (rest[end] == '<')
        {
            text = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[end..];
            return true;
        }

        return rest[end] == '&' && TextWithReferences(out text);
    }

    private bool TextWithReferences(out string text)
    {
        text = "";
        var pieces = new StringBuilder();
        while (rest.IndexOfAny(Special) is var at and >= 0)
        {
            pieces.Append(Encoding.UTF8.GetString(rest[..at]));
            rest = rest[at..];
            if (rest[0] == '<')
            {
                text = pieces.ToString();
                return true;
            }

            if (rest[0] != '&' || Reference() is not { } character) return false;
            pieces.Append(character);
        }

        return false;
    }

    private char? Reference()
    {
        var (length, character) = rest.StartsWith("&amp;"u8) ? (5, '&') : rest.StartsWith("&lt;"u8) ? (4, '<') : rest.StartsWith("&gt;"u8) ? (4, '>')
            : rest.StartsWith("&quot;"u8) ? (6, '"') : rest.StartsWith("&apos;"u8) ? (6, '\'') : (0, '\0');
        rest = rest[length..];
        return length == 0 ? null : character;
    }

    private bool End(Tag tag)
    {
        var prefix = all[tag.Prefix];
        var local = all[tag.Local];
        var length = local.Length + (prefix.IsEmpty ? 0 : prefix.Length + 1);
        if (rest.Length < length + 3 || !rest.StartsWith("</"u8)) return false;
        var name = rest.Slice(2, length);
        if (!name.EndsWith(local) || !name.StartsWith(prefix) || (!prefix.IsEmpty && name[prefix.Length] != ':')) return false;
        rest = rest[(length + 2)..];
        SkipSpace();
        if (rest.IsEmpty || rest[0] != '>') return false;
        rest = rest[1..];
        return true;
    }

    /// <summary>A name of ASCII, with a prefix or without.</summary>
    private bool Name(out Range prefix, out Range local)
    {
        (prefix, local) = (default, default);
        if (!Part(out local)) return false;
        if (rest.IsEmpty || rest[0] != ':') return true;
        prefix = local;
        rest = rest[1..];
        return Part(out local) && !rest.IsEmpty && rest[0] != ':';
    }

    private bool Part(out Range part)
    {
        var length = rest.IndexOfAnyExcept(InName);
        var at = all.Length - rest.Length;
        part = at..(at + Math.Max(length, 0));
        if (length <= 0 || !(char.IsAsciiLetter((char)rest[0]) || rest[0] == '_')) return false;
        rest = rest[length..];
        return true;
    }

    private readonly ReadOnlySpan<byte> Local(Tag tag) => all[tag.Local];

    private readonly ReadOnlySpan<byte> NamespaceOf(Tag tag) => Find(all[tag.Prefix], out var ns) ? ns : default;

    private readonly bool AreBound(scoped ReadOnlySpan<(Range Prefix, Range Local)> attributes)
    {
        foreach (var (prefix, _) in attributes)
        {
            if (!all[prefix].SequenceEqual("xmlns"u8) && !IsBound(prefix)) return false;
        }

        return true;
    }

    private readonly bool IsBound(Range prefix) => all[prefix].IsEmpty || Find(all[prefix], out _);

    private readonly bool Find(ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> ns)
    {
        for (var i = declared - 1; i >= 0; i--)
        {
            if (!all[namespaces[i].Prefix].SequenceEqual(prefix)) continue;
            ns = all[namespaces[i].Value];
            return true;
        }

        ns = default;
        return false;
    }

    /// <summary>A tag by where its name stands.</summary>
    private readonly record struct Tag(Range Prefix, Range Local, bool IsEmpty);

    [System.Runtime.CompilerServices.InlineArray(MostNamespaces)]
    private struct Declared
    {
        private (Range Prefix, Range Value) first;
    }

    [System.Runtime.CompilerServices.InlineArray(MostAttributes)]
    private struct Attributes
    {
        private (Range Prefix, Range Local) first;
    }
}
