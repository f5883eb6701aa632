using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Expand.Soap;

/// <summary>One call of an operation: its arguments as text, and where it came from.</summary>
public sealed class SoapCall
{
    private readonly string[] values;

    private readonly SoapExchange exchange;

    internal SoapCall(SoapOperation operation, HttpContext http, SoapExchange exchange, string[] values)
    {
        Operation = operation;
        Http = http;
        this.exchange = exchange;
        this.values = values;
    }

    /// <summary>The operation called.</summary>
    public SoapOperation Operation { get; }

    /// <summary>The HTTP request. Its response belongs to this library: do not write to it.</summary>
    public HttpContext Http { get; }

    /// <summary>The id that a fault of this call shows and that the log holds.</summary>
    public string TraceId => exchange.TraceId;

    /// <summary>An argument as it was sent. Missing, nil and empty are all <c>""</c>; never null.</summary>
    /// <param name="parameter">The parameter's name or an alias, without regard to case.</param>
    /// <exception cref="ArgumentException">The operation declares no such parameter.</exception>
    public string this[string parameter]
    {
        get
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (Operation.Parameters[i].IsCalled(parameter)) return values[i];
            }

            throw new ArgumentException($"{Operation.Name} has no parameter '{parameter}'", nameof(parameter));
        }
    }

    /// <summary>An argument as a number: a decimal integer of 32 bits, surrounding white space ignored.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="fallback">What an absent, empty, unreadable or too large one counts as.</param>
    public int Int(string parameter, int fallback) =>
        int.TryParse(this[parameter], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var value) ? value : fallback;

    /// <summary>An argument as a truth value: <c>true</c> or <c>1</c> is true, all else is false.</summary>
    /// <param name="parameter">The parameter's name.</param>
    public bool Bool(string parameter)
    {
        var text = this[parameter].AsSpan().Trim();
        return text is "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);
    }
}
