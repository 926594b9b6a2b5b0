using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>Reads <c>Authorization: Bearer</c> and fills the <see cref="TenantContext"/> of the request.</summary>
internal sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AccessTokens tokens, SessionGuard guard,
    FailureLimits failures)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public new const string Scheme = "Bearer";
    private const string Prefix = "Bearer ";
    private bool isLimited;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        // An API key of an account opens webhooks only; the endpoints that take one read it themselves and are anonymous here.
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var token = value[Prefix.Length..].Trim();
        var from = Context.Connection.RemoteIpAddress;
        // A personal token that nobody made costs a look at the database. One that was good a moment ago is looked at whatever the
        // neighbours do.
        var isCounted = OpaqueToken.Is(OpaqueToken.PersonalPrefix, token) && !guard.HasSeen(OpaqueToken.Hash(token));
        if (isCounted && !failures.Take(from))
        {
            isLimited = true;
            return AuthenticateResult.Fail("Too many tokens that are not valid came from this address.");
        }
        var reads = HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method);
        var principal = await tokens.ValidateAsync(token, from, fresh: !reads, Context.RequestAborted);
        if (principal is null) return AuthenticateResult.Fail("The token is not valid.");
        if (isCounted) failures.GiveBack(from);

        // Both claims are written by AccessTokens from columns that cannot be null.
        Context.RequestServices.GetRequiredService<TenantContext>().Set(
            new TenantId(principal.Guid(TradeFlowClaims.Tenant)!.Value), new UserId(principal.Guid(TradeFlowClaims.User)!.Value),
            principal.FindFirst(TradeFlowClaims.TenantRole)!.Value, AccessTokens.AccountsOf(principal));
        return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (isLimited) return FailureLimits.TooMany(Context).ExecuteAsync(Context);
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Of(StatusCodes.Status401Unauthorized, ProblemCodes.Unauthenticated,
            "Log in, or send a valid token as Authorization: Bearer.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var hidden = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>()
            .Any(data => data.Policy == TradeFlowPolicies.Admin) ?? false;
        if (!hidden) return Forbidden("Your role or the scope of your token does not allow this.");
        if (!AuthorizationRules.IsAdministrator(Context.User)) return Problem.NotFound().ExecuteAsync(Context);
        return Context.User.HasClaim(claim => claim.Type == TradeFlowClaims.Session)
            ? Problem.Of(StatusCodes.Status403Forbidden, TenancyProblems.SecondFactorRequired,
                "Administrators need a second factor: turn two-factor log-in on in Settings, then log in with a code. " +
                "A session that was opened with the password alone does not do.").ExecuteAsync(Context)
            : Forbidden("The token of a program opens no administrator's route. Log in.");
    }

    private Task Forbidden(string words) => Problem.Of(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, words).ExecuteAsync(Context);
}
