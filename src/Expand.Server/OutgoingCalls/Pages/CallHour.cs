namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>How near a call's hour is: a colour and a word for each.</summary>
public enum CallHour
{
    /// <summary>In more than an hour.</summary>
    Later,

    /// <summary>Within the hour.</summary>
    WithinHour,

    /// <summary>Within ten minutes.</summary>
    Soon,

    /// <summary>Within a minute before or after.</summary>
    Now,

    /// <summary>Its hour is past.</summary>
    Late,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was made.</summary>
    Completed,

    /// <summary>It was canceled.</summary>
    Canceled,
}

internal static class CallHours
{
    /// <summary>How a call stands at that moment; its status is of that moment (<see cref="OutgoingCall.Settle"/>).</summary>
    public static CallHour Of(OutgoingCall call, DateTimeOffset now) => call.Status switch
    {
        OutgoingCallStatus.Expired => CallHour.Expired,
        OutgoingCallStatus.Completed => CallHour.Completed,
        OutgoingCallStatus.Canceled => CallHour.Canceled,
        _ => (call.CallDate - now).TotalMinutes switch
        {
            > 60 => CallHour.Later,
            > 10 => CallHour.WithinHour,
            > 1 => CallHour.Soon,
            > -1 => CallHour.Now,
            _ => CallHour.Late,
        },
    };
}
