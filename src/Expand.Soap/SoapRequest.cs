namespace Expand.Soap;

/// <summary>An element of the call, or a sibling that one refers to.</summary>
/// <param name="Name">Its local name.</param>
/// <param name="Id">The id under which others refer to it, or null.</param>
/// <param name="Reference">The id to which it refers, or null.</param>
/// <param name="Text">Its text; empty where nil.</param>
/// <param name="HasElements">Whether it holds elements, and so no simple value.</param>
internal sealed record SoapArgument(string Name, string? Id, string? Reference, string Text, bool HasElements);

/// <summary>A request as it was sent, before it is known what it means.</summary>
internal sealed class SoapRequest(string operation, string ns)
{
    private const int MaxHops = 8;

    /// <summary>The local name of the Body's first child.</summary>
    public string Operation { get; } = operation;

    /// <summary>Its namespace, to be echoed; may be empty.</summary>
    public string Namespace { get; } = ns;

    public List<SoapArgument> Arguments { get; } = [];

    /// <summary>The elements after the call, with their ids: Axis 1.x sends its numbers there.</summary>
    public List<SoapArgument> Siblings { get; } = [];

    /// <summary>
    /// The values of the operation's parameters. A known name goes to its parameter; the first of two wins. An argument of an
    /// unknown name goes by its position, unless that parameter was named; what is left over is ignored.
    /// </summary>
    /// <exception cref="SoapFaultException">A value holds elements, or refers to nothing.</exception>
    public string[] Bind(IReadOnlyList<SoapParameter> parameters)
    {
        var bound = new SoapArgument?[parameters.Count];
        var unnamed = new List<int>();
        for (var i = 0; i < Arguments.Count; i++)
        {
            var p = IndexOf(parameters, Arguments[i].Name);
            if (p < 0) unnamed.Add(i);
            else bound[p] ??= Arguments[i];
        }

        foreach (var i in unnamed.TakeWhile(i => i < bound.Length)) bound[i] ??= Arguments[i];
        return Array.ConvertAll(bound, argument => argument is null ? "" : Value(argument));
    }

    private string Value(SoapArgument argument)
    {
        for (var hop = 0; argument.Reference is { } id; hop++)
        {
            argument = (hop < MaxHops ? Siblings.Concat(Arguments).FirstOrDefault(a => a.Id == id) : null)
                ?? throw new SoapFaultException(SoapFaultCode.Client, "an argument refers to a value that is not there");
        }

        return argument.HasElements
            ? throw new SoapFaultException(SoapFaultCode.Client, "an argument is not a simple value")
            : argument.Text;
    }

    private static int IndexOf(IReadOnlyList<SoapParameter> parameters, string name)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].IsCalled(name)) return i;
        }

        return -1;
    }
}
