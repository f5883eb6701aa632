using Expand.Server.Calls;

namespace Expand.Server.Dialer.Preview;

/// <summary>A contact that an agent has before calling it, and while calling it.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Contact">The contact.</param>
/// <param name="Campaign">The campaign's name.</param>
/// <param name="Status">How the call stands; <see cref="CallStatus.None"/> before it.</param>
internal sealed record PreviewCall(DialAttempt Attempt, Contact Contact, string Campaign, CallStatus Status)
{
    /// <summary>Whether the phone rings or somebody talks.</summary>
    public bool GoesOn => Status is CallStatus.Ringing or CallStatus.Answer;

    /// <summary>Until when nobody else gets the contact while it is not called.</summary>
    public DateTimeOffset KeptUntil => Attempt.ClaimedAt + PreviewDesk.Lasts;
}

/// <summary>A preview campaign that an agent calls for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Due">Contacts that may be called now, counted up to <see cref="PreviewDesk.MostCounted"/>.</param>
internal sealed record PreviewCampaign(int Id, string Name, int Due);
