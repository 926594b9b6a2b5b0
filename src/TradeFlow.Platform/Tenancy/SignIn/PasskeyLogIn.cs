using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Passkeys;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>Logs in with a passkey. It waits for nobody's wrong passwords: there is nothing to guess.</summary>
internal static class PasskeyLogIn
{
    internal sealed record Request(JsonElement? Credential);

    public static void MapPasskeyLogIn(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/passkey/options", Options).WithName("BeginPasskeyLogIn").WithSummary("Begin a log-in with a passkey")
            .WithDescription("The options for navigator.credentials.get. What belongs to them travels in a cookie of five minutes.")
            .RequireRateLimiting(RateLimitPolicies.SignIn);
        auth.MapPost("/passkey", Handle).WithName("LogInWithPasskey").WithSummary("Log in with a passkey")
            .WithDescription(
                "In the place of password and code. It does not wait for what strangers failed at. 401 auth.invalid_credentials.")
            .RequireRateLimiting(RateLimitPolicies.SignIn);
    }

    internal static async Task<Ok<JsonElement>> Options(HttpContext http, PasskeyProof proof) =>
        TypedResults.Ok(await proof.BeginAsync(http));

    internal static async Task<Results<Ok<AuthAnswer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, PasskeyProof proof, NewSession opening, CancellationToken ct)
    {
        if (request.Credential is not { ValueKind: JsonValueKind.Object } credential)
            return Problem.Invalid("credential", "Send what the browser's credential is as JSON.");
        return await proof.EndAsync(credential, http, ct) is var (person, passkey)
            && await opening.OpenAsync(person, passkey, http, ct) is { } answer
            ? TypedResults.Ok(answer)
            : Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.InvalidCredentials,
                "This passkey is not known here, or it took too long. Try again.");
    }
}
