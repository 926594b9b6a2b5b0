using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.MailLinks;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Passkeys;

/// <summary>A person's passkeys. Who loses all of them still has the password, and the link by mail.</summary>
internal static class PasskeyEndpoints
{
    private const int Most = 20;

    internal sealed record Request(string? Name, JsonElement? Credential);

    internal sealed record Made(Guid Id);

    internal static async Task<Ok<JsonElement>> Options(
        HttpContext http, TenantContext caller, UserManager<User> users, IPasskeyHandler<User> handler, CeremonyCookie cookie)
    {
        var user = (await users.FindByIdAsync(caller.User.ToString()))!; // the policy lets people in only
        var options = await handler.MakeCreationOptionsAsync(
            // everybody has an address
            new PasskeyUserEntity { Id = user.Id.ToString(), Name = user.Email!, DisplayName = user.Name }, http);
        cookie.Write(http, CeremonyCookie.NewFor(caller.User), options.AttestationState ?? "");
        return TypedResults.Ok(PasskeyProof.Json(options.CreationOptionsJson));
    }

    internal static async Task<Results<Created<Made>, ProblemHttpResult>> Add(
        Request request, HttpContext http, TenantContext caller, UserManager<User> users, IPasskeyHandler<User> handler,
        PasskeyStore passkeys, CeremonyCookie cookie, AddressMails mails, PublicAddress address, AuditLog audit, Database database,
        TimeProvider clock, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        if (request.Name?.Trim() is not { Length: >= 1 and <= 100 } name || name.Any(char.IsControl))
            errors["name"] = ["Use 1 to 100 characters."];
        if (request.Credential is not { ValueKind: JsonValueKind.Object })
            errors["credential"] = ["Send what the browser's credential is as JSON."];
        if (errors.Count > 0) return Problem.Invalid(errors);
        if ((await passkeys.ListAsync(caller.User.Value, ct)).Count >= Most)
            return Problem.Invalid("name", $"At most {Most} passkeys. Remove one first.");

        if (cookie.Take(http, CeremonyCookie.NewFor(caller.User)) is not { } ceremony) return Refused();
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext
        {
            // looked at above
            HttpContext = http, CredentialJson = request.Credential!.Value.GetRawText(), AttestationState = ceremony.State,
        });
        if (result is not { Succeeded: true, Passkey: { } passkey }) return Refused();

        var id = NewId.At(clock);
        var user = (await users.FindByIdAsync(caller.User.ToString()))!; // the policy lets people in only
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await PasskeyStore.AddAsync(id, user.Id, request.Name!.Trim(), passkey, connection, ct)) return Refused();
        await audit.WriteAsync(caller.Tenant, caller.User, "user.passkey_added", id.ToString(), null, connection, ct);
        await mails.PasskeyAsync(user.Email!, request.Name.Trim(), address.OriginFor(http), connection, ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Created($"/api/user/passkeys/{id}", new Made(id));
    }

    internal static async Task<Ok<Page<PasskeyView>>> List(TenantContext caller, PasskeyStore passkeys, CancellationToken ct) =>
        TypedResults.Ok(new Page<PasskeyView>(await passkeys.ListAsync(caller.User.Value, ct), null));

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, HttpContext http, TenantContext caller, SessionTokens sessions, AuditLog audit, Database database, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var session = http.User.Guid(TradeFlowClaims.Session)!.Value; // the policy lets sessions in only
        if (!await PasskeyStore.RemoveAsync(id, caller.User.Value, session, connection, ct)) return Problem.NotFound();
        await audit.WriteAsync(caller.Tenant, caller.User, "user.passkey_removed", id.ToString(), null, connection, ct);
        await transaction.CommitAsync(ct);
        sessions.Forget();
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult Refused() => Problem.Of(StatusCodes.Status422UnprocessableEntity, TenancyProblems.PasskeyRefused,
        "The passkey could not be checked, or it took too long. Try again.");
}
