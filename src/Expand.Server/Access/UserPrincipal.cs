using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Expand.Server.Access;

/// <summary>The signed-in user as claims: whose pages they find, and the full name is what pages show.</summary>
internal sealed class UserPrincipal(UserManager<User> users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<User>(users, options)
{
    /// <summary>Claim that holds the full name.</summary>
    public const string FullName = "full_name";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(User user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        foreach (var part in user.Parts) identity.AddClaim(new Claim(Options.ClaimsIdentity.RoleClaimType, part));
        identity.AddClaim(new Claim(FullName, user.FullName));
        return identity;
    }
}
