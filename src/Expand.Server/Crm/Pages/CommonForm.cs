namespace Expand.Server.Crm.Pages;

/// <summary>What is common to the services, while it is edited.</summary>
public sealed class CommonForm
{
    /// <summary>How long names are kept.</summary>
    public int NameCacheSeconds { get; set; }

    /// <summary>How often a pushAgentInfo is tried.</summary>
    public int PushAttempts { get; set; }

    /// <summary>For how long.</summary>
    public int PushSeconds { get; set; }

    /// <summary>The AGI port.</summary>
    public int? AgiPort { get; set; }

    /// <summary>The AGI address.</summary>
    public string AgiAddress { get; set; } = "";

    /// <summary>The link's template.</summary>
    public string LinkTemplate { get; set; } = "";

    internal static CommonForm Of(CrmSettings settings) => new()
    {
        NameCacheSeconds = settings.NameCacheSeconds,
        PushAttempts = settings.PushAttempts,
        PushSeconds = settings.PushSeconds,
        AgiPort = settings.AgiPort,
        AgiAddress = settings.AgiAddress,
        LinkTemplate = settings.LinkTemplate,
    };

    internal CrmSettings Filled => new()
    {
        NameCacheSeconds = NameCacheSeconds,
        PushAttempts = PushAttempts,
        PushSeconds = PushSeconds,
        AgiPort = AgiPort,
        AgiAddress = AgiAddress.Trim(),
        LinkTemplate = LinkTemplate.Trim(),
    };
}
