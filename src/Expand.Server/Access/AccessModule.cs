using Expand.Server.Access.Inspector;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace Expand.Server.Access;

/// <summary>Users, authorizedKeys, API credentials, audit.</summary>
internal static class AccessModule
{
    /// <summary>Wrong passwords in a row that lock a user out.</summary>
    public const int FailuresAllowed = 5;

    /// <summary>How long a user stays locked out.</summary>
    public static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(5);

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<RefusalAudit>().AddHostedService(provider => provider.GetRequiredService<RefusalAudit>());
        services.AddHostedService<SharedCopies>();
        services.AddSharedCopy<InstallationSettings>().AddSingleton<SectionJson>();
        services.AddSharedCopy<KeyDirectory>().AddSingleton<AuthorizedKeys>();
        services.AddSharedCopy<CredentialDirectory>().AddSingleton<ApiCredentials>().AddSingleton<GuessGuard>();
        services.AddHostedService<UsageJournal>().AddScoped<FirstStart>();
        services.AddSharedCopy<UserDirectory>().AddSingleton<UserChanges>().AddSingleton<Users>();
        // The audit log's export speaks the visitor's language.
        services.AddLocalization();
        services.AddSingleton<AuditTrail>().AddSingleton<AuditLog>();
        services.AddSingleton<UnknownNames>().AddSingleton<Attempts>().AddScoped<SignIn>().AddScoped<OwnAccount>();
        services.AddSettings<InspectorOptions>("Inspector");
        services.AddSingleton<InspectorQueue>().AddSingleton<InspectedRequests>().AddHostedService<InspectorWriter>();
        services.AddSingleton<InspectorSweep>().AddHostedService(provider => provider.GetRequiredService<InspectorSweep>());

        // Cookies that one host signs are read by the others, and by this one after a restart.
        services.AddDataProtection().SetApplicationName("expand").PersistKeysToDbContext<ExpandDb>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, BasicAuthentication>(RestScheme.Name, configureOptions: null);
        services.AddAuthorization();
        services.AddScoped<SecurityStampValidator<User>>().AddScoped<ISecurityStampValidator, SessionStamps>();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = SessionStamps.AskedEvery);
        services.AddIdentityCore<User>(options =>
        {
            options.Password.RequiredLength = 12;
            options.Password.RequireNonAlphanumeric = false;
            options.Password.RequireUppercase = false;
            options.Password.RequireLowercase = false;
            options.Password.RequireDigit = false;
            options.Lockout.MaxFailedAccessAttempts = FailuresAllowed;
            options.Lockout.DefaultLockoutTimeSpan = LockoutTime;
            options.Stores.MaxLengthForKeys = 128;
        })
            .AddEntityFrameworkStores<ExpandDb>()
            .AddSignInManager()
            .AddClaimsPrincipalFactory<UserPrincipal>()
            .AddDefaultTokenProviders()
            .AddUserStore<UserStore>()
            .AddTokenProvider<SecondFactor>(TokenOptions.DefaultAuthenticatorProvider);
        return services;
    }
}
