using System.Collections.Frozen;
using System.Xml;

namespace Expand.Soap;

/// <summary>
/// A table of operations under one name and namespace. It drives the WSDL (in the order given), the binding of requests and
/// the answers. It cannot be changed: a published WSDL is frozen, since PHP keeps it for a day and stubs for years.
/// </summary>
public sealed class SoapService
{
    private readonly FrozenDictionary<string, SoapOperation> byName;

    /// <summary>Makes a service.</summary>
    /// <param name="operations">The operations, in the order of the WSDL.</param>
    /// <param name="name">The WSDL's service name; port, binding and portType are named after it.</param>
    /// <param name="targetNamespace">The namespace of the WSDL and of requests that follow it.</param>
    /// <exception cref="ArgumentException">A name is no XML name, or stands twice (without regard to case).</exception>
    public SoapService(IReadOnlyList<SoapOperation> operations, string name = "apiws", string targetNamespace = "urn:apiws")
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentException.ThrowIfNullOrWhiteSpace(targetNamespace);
        Name = CheckName(name);
        TargetNamespace = targetNamespace;
        Operations = [.. operations];
        foreach (var operation in Operations) CheckParameters(operation);
        if (Operations.DistinctBy(o => o.Name, StringComparer.OrdinalIgnoreCase).Count() != Operations.Count)
            throw new ArgumentException("two operations have the same name", nameof(operations));
        byName = Operations.ToFrozenDictionary(o => o.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The WSDL's service name.</summary>
    public string Name { get; }

    /// <summary>The namespace of the WSDL.</summary>
    public string TargetNamespace { get; }

    /// <summary>The operations in the order of the WSDL.</summary>
    public IReadOnlyList<SoapOperation> Operations { get; }

    internal SoapOperation? Find(string localName) => byName.GetValueOrDefault(localName);

    private static void CheckParameters(SoapOperation operation)
    {
        CheckName(operation.Name);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in operation.Parameters.SelectMany(p => p.Aliases.Prepend(p.Name)))
        {
            if (!names.Add(CheckName(name))) throw new ArgumentException($"{operation.Name} has two parameters called {name}");
        }
    }

    private static string CheckName(string name)
    {
        try
        {
            return XmlConvert.VerifyNCName(name);
        }
        catch (XmlException e)
        {
            throw new ArgumentException($"'{name}' is no XML name", nameof(name), e);
        }
    }
}
