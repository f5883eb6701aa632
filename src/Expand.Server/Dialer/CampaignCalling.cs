using System.Text.RegularExpressions;

namespace Expand.Server.Dialer;

/// <summary>How a campaign's calls are made: what somebody says of it. The members mean what <see cref="Campaign"/>'s mean.</summary>
internal sealed partial record CampaignCalling
{
    public string Extension { get; init; } = "";

    public int Priority { get; init; } = CampaignForm.DefaultPriority;

    public int MaxCalls { get; init; } = CampaignForm.DefaultMaxCalls;

    public int RingSeconds { get; init; } = CampaignForm.DefaultRingSeconds;

    public string CallerId { get; init; } = "";

    public string Trunk { get; init; } = "";

    public double AbandonmentCap { get; init; } = CampaignForm.DefaultAbandonmentCap;

    public bool MachineDetection { get; init; }

    public bool Holidays { get; init; } = true;

    public bool Registers { get; init; } = true;

    public static CampaignCalling Of(Campaign c) => new()
    {
        Extension = c.Extension,
        Priority = c.Priority,
        MaxCalls = c.MaxCalls,
        RingSeconds = c.RingSeconds,
        CallerId = c.CallerId,
        Trunk = c.Trunk,
        AbandonmentCap = c.AbandonmentCap,
        MachineDetection = c.MachineDetection,
        Holidays = c.Holidays,
        Registers = c.Registers,
    };

    public void Fill(Campaign c)
    {
        (c.Extension, c.Priority, c.MaxCalls, c.RingSeconds, c.CallerId) = (Extension, Priority, MaxCalls, RingSeconds, CallerId);
        (c.Trunk, c.AbandonmentCap, c.MachineDetection, c.Holidays, c.Registers) = (Trunk, AbandonmentCap, MachineDetection, Holidays, Registers);
    }

    /// <summary>Adds the rules that it breaks.</summary>
    /// <param name="form">The form that it is of.</param>
    /// <param name="broken">Rules by the contract's fields.</param>
    public void Check(CampaignForm form, Dictionary<string, string> broken)
    {
        if (Extension.Length > 0 && !Number().IsMatch(Extension)) broken["extension"] = "takes 2 to 10 digits";
        else if (Extension.Length > 0 && form.Queue.Length > 0) broken["extension"] = "may not be set beside queue: answered calls go to one of them";
        else if (Extension.Length > 0 && form.Mode != DialingMode.Progressive) broken["extension"] = "takes no agents: mode must be progressive";
        if (Priority is < 1 or > CampaignForm.MostPriority) broken["priority"] = $"takes a number from 1 to {CampaignForm.MostPriority}";
        if (MaxCalls is < 1 or > CampaignForm.MostCalls) broken["maxcalls"] = $"takes a number from 1 to {CampaignForm.MostCalls}";
        if (RingSeconds is < 5 or > 120) broken["ringtime"] = "takes seconds, from 5 to 120";
        if (!DialerSettings.CallerNumber().IsMatch(CallerId)) broken["callerid"] = DialerSettings.CallerRule;
        if (AbandonmentCap is not (>= 0 and <= CampaignForm.MostAbandonment)) broken["abandonmentcap"] = $"takes percent, from 0 to {CampaignForm.MostAbandonment}";
    }

    [GeneratedRegex(@"\A[0-9]{2,10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
