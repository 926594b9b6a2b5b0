using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.SignIn;

namespace TradeFlow.Platform.Tenancy.Passkeys;

/// <summary>Logs in with a passkey. It waits for nobody's wrong passwords: there is nothing to guess.</summary>
internal static class PasskeyLogIn
{
    internal sealed record Request(JsonElement? Credential);

    internal static async Task<Ok<JsonElement>> Options(HttpContext http, PasskeyProof proof) => TypedResults.Ok(await proof.BeginAsync(http));

    internal static async Task<Results<Ok<AuthAnswer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, PasskeyProof proof, NewSession opening, CancellationToken ct)
    {
        if (request.Credential is not { ValueKind: JsonValueKind.Object } credential) return Problem.Invalid("credential", "Send what the browser's credential is as JSON.");
        return await proof.EndAsync(credential, http, ct) is var (person, passkey) && await opening.OpenAsync(person, passkey, http, ct) is { } answer
            ? TypedResults.Ok(answer)
            : Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.InvalidCredentials, "This passkey is not known here, or it took too long. Try again.");
    }
}
