using System.Data.Common;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Expand.Server.Access;

/// <summary>
/// Asks the database once a minute whether a session's cookie still stands: another password, a second factor or a removed user end it on every
/// host. Where the database cannot be asked it stands: pages show what is known without it, and nobody could sign in again.
/// </summary>
internal sealed class SessionStamps(SecurityStampValidator<User> stamps, ILogger<SessionStamps> log) : ISecurityStampValidator
{
    /// <summary>How long an ended session may be seen as one.</summary>
    public static readonly TimeSpan AskedEvery = TimeSpan.FromMinutes(1);

    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        try
        {
            await stamps.ValidateAsync(context);
        }
        catch (Exception failure) when (IsOfDatabase(failure))
        {
            log.StampsOutOfReach(failure.GetBaseException().Message);
        }
    }

    private static bool IsOfDatabase(Exception? failure) =>
        failure is DbException or TimeoutException || (failure?.InnerException is { } inner && IsOfDatabase(inner));
}
