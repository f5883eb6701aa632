namespace Expand.Server.Tests.Rest.Contract;

/// <summary>The routes of the contract's tables, as they stand there.</summary>
internal static class ContractRoutes
{
    public const string Root = "/expandweb3/api";

    private const string Campaigns = Root + "/campaign/external/campaigns";
    private const string Simple = Root + "/external/lists/simple";
    private const string Range = Root + "/external/lists/range";
    private const string Calls = Root + "/external/outgoingcalls/call";
    private const string Forms = Root + "/external/dynamicforms";

    public static readonly string[] All =
    [
        $"GET {Campaigns}",
        $"GET {Campaigns}/{{id}}",
        $"GET {Campaigns}/{{id}}/contacts",
        $"POST {Campaigns}/{{id}}/contacts",
        $"GET {Campaigns}/{{id}}/contacts/{{contactId}}",
        $"PUT {Campaigns}/{{id}}/contacts/{{contactId}}",
        $"GET {Campaigns}/{{id}}/contacts/activity",

        $"GET {Simple}",
        $"GET {Simple}/{{list}}",
        $"GET {Simple}/{{list}}/elements",
        $"POST {Simple}/{{list}}/elements",
        $"GET {Simple}/{{list}}/elements/{{key}}",
        $"PUT {Simple}/{{list}}/elements/{{key}}",
        $"DELETE {Simple}/{{list}}/elements/{{key}}",

        $"GET {Range}",
        $"GET {Range}/{{list}}",
        $"GET {Range}/{{list}}/elements",
        $"POST {Range}/{{list}}/elements",
        $"GET {Range}/{{list}}/elements/{{key}}",
        $"PUT {Range}/{{list}}/elements/{{key}}",
        $"DELETE {Range}/{{list}}/elements/{{key}}",
        $"GET {Range}/{{list}}/lookup/{{key}}",

        $"GET {Calls}",
        $"POST {Calls}",
        $"GET {Calls}/{{id}}",
        $"PUT {Calls}/{{id}}",
        $"DELETE {Calls}/{{id}}",

        $"GET {Forms}/{{form}}/entries",
        $"GET {Forms}/{{form}}/entries/{{idcall}}",

        $"GET {Root}/external/events",
        $"GET {Root}/external/recordings/{{uniqueid}}",
    ];
}
