namespace Expand.Server.DoNotCall.Pages;

/// <summary>What the dialog of a list holds while it is filled in. Public because components are.</summary>
public sealed class NumberListInput
{
    /// <summary>Whom it speaks for.</summary>
    public NumberListKind Kind { get; set; }

    /// <summary>What people call it.</summary>
    public string Name { get; set; } = "";

    /// <summary>The campaign that it is of.</summary>
    public int? Campaign { get; set; }

    /// <summary>The list to rename; null: a new one is made.</summary>
    internal NumberList? Seen { get; private init; }

    internal static NumberListInput Of(NumberList list) => new() { Seen = list, Kind = list.Kind, Name = list.Name, Campaign = list.CampaignId };
}

/// <summary>What the dialog of an exemption holds while it is filled in.</summary>
public sealed class ExemptionInput
{
    /// <summary>The number.</summary>
    public string Number { get; set; } = "";

    /// <summary>Why it may be called.</summary>
    public string Reason { get; set; } = "";

    /// <summary>The one list that it lifts; 0: every list.</summary>
    public int List { get; set; }

    /// <summary>The one campaign that it counts for; null: every call.</summary>
    public int? Campaign { get; set; }

    /// <summary>The last day, <c>YYYY-MM-DD</c>; empty: until it is ended.</summary>
    public string Until { get; set; } = "";
}
