using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.PersonalTokens;

/// <summary>Personal access tokens: made by a person, shown once, narrower than the person.</summary>
internal static class TokenEndpoints
{
    private const int MostTokens = 50;
    private const int DaysByDefault = 90;
    private const int MostDays = 365;

    /// <param name="ExpiresAt">90 days from now when it is left out, 365 at most.</param>
    internal sealed record Request(string? Name, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpiresAt = null);

    /// <param name="LastUsedAt">To the minute.</param>
    /// <param name="LastUsedAddress">The network address from which it was used then.</param>
    /// <param name="Token">The token itself, in the answer that makes it and never again.</param>
    internal sealed record View(
        Guid Id, string Name, IReadOnlyList<string> Scopes, string Masked, DateTimeOffset CreatedAt,
        DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, string? LastUsedAddress,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        TenantContext tenant, TenantDb db, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        if (Paging.Check(limit, cursor) is { } fault) return fault;
        var tokens = await db.RunAsync(set => set.Set<PersonalToken>().AsNoTracking()
            .Where(row => row.UserId == tenant.User && row.RevokedAt == null)
            .OrderByDescending(row => row.CreatedAt)
            .Select(row => new View(row.Id, row.Name, row.Scopes, row.Masked, row.CreatedAt, row.ExpiresAt, row.LastUsed,
                row.LastUsedAddress, null))
            .ToListAsync(ct), ct);
        return TypedResults.Ok(Paging.Cut(tokens, token => token.Id, limit, cursor));
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Create(
        Request request, TenantContext tenant, TenantDb db, AuditLog audit, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        var errors = Check(request, clock);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (tenant.Role == TenantRoles.Viewer && request.Scopes!.Any(scope => scope != TokenScopes.Read))
            return Problem.Of(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, "A viewer can make tokens of scope read only.");

        var token = OpaqueToken.Make(OpaqueToken.PersonalPrefix);
        var row = new PersonalToken
        {
            Id = NewId.At(clock), TenantId = tenant.Tenant, UserId = tenant.User, Name = request.Name!.Trim(),
            TokenHash = OpaqueToken.Hash(token), Masked = $"{token[..6]}****{token[^6..]}",
            Scopes = [.. request.Scopes!.Distinct(StringComparer.Ordinal)], CreatedAt = clock.GetUtcNow(),
            ExpiresAt = request.ExpiresAt?.ToUniversalTime() ?? clock.GetUtcNow().AddDays(DaysByDefault),
        };
        var made = await db.RunAsync(async set =>
        {
            if (await set.Set<PersonalToken>()
                .CountAsync(other => other.UserId == tenant.User && other.RevokedAt == null, ct) >= MostTokens)
                return false;
            set.Add(row);
            await set.SaveChangesAsync(ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "token.created", row.Id.ToString(), null,
                (NpgsqlConnection)set.Database.GetDbConnection(), ct);
            return true;
        }, ct);
        if (!made) return Problem.Invalid("name", $"You have {MostTokens} tokens. Delete one that is not used.");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/user/tokens/{row.Id}",
            new View(row.Id, row.Name, row.Scopes, row.Masked, row.CreatedAt, row.ExpiresAt, null, null, token));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, TenantContext tenant, TenantDb db, AuditLog audit, SessionGuard guard, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var ended = await db.RunAsync(async set =>
        {
            var rows = await set.Set<PersonalToken>().Where(row => row.Id == id && row.UserId == tenant.User && row.RevokedAt == null)
                .ExecuteUpdateAsync(change => change.SetProperty(row => row.RevokedAt, now), ct);
            if (rows > 0) await audit.WriteAsync(tenant.Tenant, tenant.User, "token.deleted", id.ToString(), null,
                (NpgsqlConnection)set.Database.GetDbConnection(), ct);
            return rows > 0;
        }, ct);
        guard.Forget();
        return ended ? TypedResults.NoContent() : Problem.NotFound();
    }

    private static Dictionary<string, string[]> Check(Request request, TimeProvider clock)
    {
        Dictionary<string, string[]> errors = [];
        if (string.IsNullOrWhiteSpace(request.Name)) errors["name"] = ["Name what the token is for."];
        else if (request.Name.Trim().Length > 100) errors["name"] = ["Use at most 100 characters."];
        if (request.Scopes is not { Count: > 0 }) errors["scopes"] = ["Name at least one of: read, trade, admin."];
        else if (request.Scopes.FirstOrDefault(scope => !TokenScopes.All.Contains(scope)) is { } wrong)
            errors["scopes"] = [$"'{wrong}' is none of: read, trade, admin."];
        if (request.ExpiresAt is { } end && (end <= clock.GetUtcNow() || end > clock.GetUtcNow().AddDays(MostDays)))
            errors["expires_at"] = [$"Name a time within the next {MostDays} days, or leave it out for {DaysByDefault} days."];
        return errors;
    }
}
