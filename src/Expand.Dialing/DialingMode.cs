namespace Expand.Dialing;

/// <summary>Who dials (contract, product.md "Dialer engine"). The numbers are stored.</summary>
public enum DialingMode : short
{
    /// <summary>The agent, from the panel.</summary>
    Preview = 0,

    /// <summary>The server, one call for each available agent.</summary>
    Progressive = 1,

    /// <summary>The server, ahead of the agents.</summary>
    Predictive = 2,
}
