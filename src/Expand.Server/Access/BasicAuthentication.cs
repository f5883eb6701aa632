using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using Expand.Server.Access.Inspector;
using Expand.Server.Platform.Rest;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Expand.Server.Access;

/// <summary>Why a request with a credential was not taken; for the log and the audit, never for the caller.</summary>
internal enum CredentialRefusal
{
    Malformed,

    /// <summary>The name is nobody's, or its credential is revoked.</summary>
    Unknown,
    Password,
    Address,
    Rate,
    Locked,
}

/// <summary>
/// HTTP Basic authentication with API credentials (contract, rest.md). Whatever is wrong with a credential, the answer is the same 401: the
/// same steps are taken for every name, in constant time. Wrong ones in numbers are answered 429 (<see cref="GuessGuard"/>), and so are
/// calls beyond a credential's rate.
/// </summary>
internal sealed class BasicAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder,
    CredentialDirectory credentials, GuessGuard guard, RefusalAudit refusals, ILogger<BasicAuthentication> log)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    private const string Refused = "api.refused";

    /// <summary>Where it is too many and not wrong: when to come again.</summary>
    private TimeSpan? retryAfter;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0) return AuthenticateResult.NoResult();
        var address = Context.Connection.RemoteIpAddress;
        if (!BasicHeader.TryParse(header, out var shown)) return Refuse("(malformed)", address, CredentialRefusal.Malformed);

        var entry = credentials.Find(shown.Name);
        var known = entry ?? CredentialEntry.Nobody;
        // All of it for every name: an answer that came sooner would tell what was right.
        var isPassword = known.Accepts(shown.Password);
        var isAllowed = known.Allows(address);
        var judgement = guard.Judge(shown.Name, address, entry is not null & isPassword & isAllowed);
        if (judgement.Verdict == GuessVerdict.Locked)
        {
            retryAfter = judgement.RetryAfter;
            return Refuse(shown.Shown, address, CredentialRefusal.Locked);
        }

        if (judgement.Began) log.GuessingLocked(shown.Shown, address?.ToString(), (int)GuessGuard.LockTime.TotalMinutes);
        // Whoever knows the name only would push others' requests out of its list.
        if (entry is not null && isPassword) Context.Features.Get<Inspection>()?.Is(Inspection.OfCredential(entry.Id));
        if (judgement.Verdict == GuessVerdict.Refused)
        {
            return Refuse(shown.Shown, address,
                entry is null ? CredentialRefusal.Unknown : isPassword ? CredentialRefusal.Address : CredentialRefusal.Password);
        }

        return await TakeTurnAsync(entry!, shown, address);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (retryAfter is { } wait)
        {
            Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await AnswerAsync(StatusCodes.Status429TooManyRequests, "too many requests; come again after the time that Retry-After says");
            return;
        }

        Response.Headers.WWWAuthenticate = "Basic realm=\"eXpand\"";
        await AnswerAsync(StatusCodes.Status401Unauthorized, "this address needs a valid API credential");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        AnswerAsync(StatusCodes.Status403Forbidden, "the API credential does not have the scope that this address needs");

    /// <summary>Waits for the credential's turn where it has a rate; what was changed meanwhile counts.</summary>
    private async Task<AuthenticateResult> TakeTurnAsync(CredentialEntry entry, BasicHeader shown, IPAddress? address)
    {
        while (true)
        {
            var taken = await entry.TakeTurnAsync(Context.RequestAborted);
            var now = credentials.Find(shown.Name);
            if (now is null || !now.Accepts(shown.Password) || !now.Allows(address)) return Refuse(shown.Shown, address, CredentialRefusal.Unknown);
            if (taken)
            {
                now.Used(TimeProvider.GetUtcNow(), address?.ToString());
                return AuthenticateResult.Success(new AuthenticationTicket(now.Principal, Scheme.Name));
            }

            if (now.Rate == entry.Rate)
            {
                retryAfter = CallRate.LongestWait;
                return Refuse(shown.Shown, address, CredentialRefusal.Rate);
            }

            entry = now;
        }
    }

    private AuthenticateResult Refuse(string name, IPAddress? address, CredentialRefusal refusal)
    {
        Context.Features.Get<Inspection>()?.Refused(refusal.ToString());
        log.CredentialRefused(Request.Method, Request.Path, name, address?.ToString(), refusal);
        refusals.Refused(refusal == CredentialRefusal.Locked ? "api.locked" : Refused, $"{name} ({refusal})", address?.ToString());
        // No result and no failure: the base class would log what was logged above.
        return AuthenticateResult.NoResult();
    }

    private Task AnswerAsync(int status, string detail) => new Problem(status, detail).ExecuteAsync(Context);
}
