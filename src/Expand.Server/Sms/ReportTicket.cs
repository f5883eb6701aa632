using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Expand.Server.Sms;

/// <summary>The part of a report's address that says of what it is and proves it: 122 bits of chance that stand in the recipient's row.</summary>
internal readonly record struct ReportTicket(long RecipientId, int Attempt, Guid Token)
{
    /// <summary>Where reports go.</summary>
    public const string Root = "/sms/informes/";

    /// <summary>The address for a server that is reached there.</summary>
    public string Url(string server) => server.TrimEnd('/') + Root + this;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RecipientId}.{Attempt}.{Token:N}");

    public static bool TryParse(string text, [NotNullWhen(true)] out ReportTicket? ticket)
    {
        ticket = text.Length < 80 && text.Split('.') is [var id, var attempt, var token]
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var recipient)
            && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Guid.TryParseExact(token, "N", out var secret)
                ? new ReportTicket(recipient, number, secret)
                : null;
        return ticket is not null;
    }
}
