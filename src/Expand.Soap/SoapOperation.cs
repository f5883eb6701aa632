namespace Expand.Soap;

/// <summary>The simple types of the RPC contract: what stands behind a part of the WSDL and in <c>xsi:type</c>.</summary>
public enum SoapType
{
    /// <summary><c>xsd:string</c>.</summary>
    String,

    /// <summary><c>xsd:int</c>, 32 bits.</summary>
    Int,

    /// <summary><c>xsd:boolean</c>, written <c>true</c> or <c>false</c>.</summary>
    Boolean,
}

/// <summary>One argument of an operation, in its place of the signature.</summary>
/// <param name="Name">The part's name in the WSDL. Requests are matched without regard to case.</param>
/// <param name="Type">The part's type in the WSDL. Requests are never refused for it.</param>
/// <param name="Aliases">Other names under which clients in the field send it.</param>
public sealed record SoapParameter(string Name, SoapType Type = SoapType.String, params string[] Aliases)
{
    /// <summary>A string parameter of that name.</summary>
    /// <param name="name">The part's name.</param>
    public static implicit operator SoapParameter(string name) => FromString(name);

    /// <summary>A string parameter of that name.</summary>
    /// <param name="name">The part's name.</param>
    public static SoapParameter FromString(string name) => new(name);

    internal bool IsCalled(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) || (Aliases.Length > 0 && Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));
}

/// <summary>Answers one call. An exception becomes a plain Server fault; its text goes to the log only.</summary>
/// <param name="call">The arguments and their surroundings.</param>
/// <param name="ct">Cancelled when the client goes away.</param>
public delegate ValueTask<SoapAnswer> SoapHandler(SoapCall call, CancellationToken ct);

/// <summary>An operation: what the WSDL says of it, and who answers it.</summary>
/// <param name="Name">The name, unique in its service without regard to case.</param>
/// <param name="Returns">The type of the one part <c>return</c>.</param>
/// <param name="Parameters">The arguments, in the order of the WSDL and of positional calls.</param>
/// <param name="Handler">The answer to a call.</param>
public sealed record SoapOperation(string Name, SoapType Returns, IReadOnlyList<SoapParameter> Parameters, SoapHandler Handler)
{
    /// <summary>The name as it is written.</summary>
    internal byte[] NameBytes { get; } = System.Text.Encoding.UTF8.GetBytes(Name);
}
