using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>Whether the messages of an account have to be signed, and with what.</summary>
internal static class SigningEndpoints
{
    /// <param name="KeepOld">Whether the secret before is taken for 24 hours more; it is unless this is false.</param>
    internal sealed record Request(bool KeepOld = true);

    /// <param name="Since">When the secret was made; <c>null</c> when there is none and the key alone opens.</param>
    /// <param name="OldUntil">Until when the secret before is taken too.</param>
    internal sealed record View(DateTimeOffset? Since, DateTimeOffset? OldUntil);

    /// <param name="Secret">In this answer, and never again.</param>
    internal sealed record NewView(string Secret, DateTimeOffset Since, DateTimeOffset? OldUntil);

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(
        Guid id, TenantContext tenant, AccountDirectory accounts, TenantDb db, SigningSecrets secrets, CancellationToken ct)
    {
        var account = new AccountId(id);
        if (await accounts.FindAsync(tenant, account, ct) is null) return Problem.NotFound();
        var state = await db.RunSqlAsync(connection => secrets.FindAsync(connection, account, ct), ct);
        return TypedResults.Ok(new View(state?.Since, state?.OldUntil));
    }

    internal static async Task<Results<Ok<NewView>, ProblemHttpResult>> Make(
        Guid id, Request? request, TenantContext tenant, TenantDb db, SigningSecrets secrets, KeyIndex index, RedisBus bus, AuditLog audit,
        CancellationToken ct)
    {
        var account = new AccountId(id);
        var view = await db.RunSqlAsync(async connection =>
        {
            if (!await HoldAsync(connection, id, ct)) return null;
            var (secret, state) = await secrets.ReplaceAsync(connection, tenant.Tenant, account, request?.KeepOld ?? true, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.signing_secret_made", id.ToString(), null, connection, ct);
            return new NewView(secret, state.Since, state.OldUntil);
        }, ct);
        if (view is null) return Problem.NotFound();
        await AccountEndpoints.TellAsync(account, index, bus);
        return TypedResults.Ok(view);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid id, TenantContext tenant, TenantDb db, KeyIndex index, RedisBus bus, AuditLog audit, CancellationToken ct)
    {
        var account = new AccountId(id);
        var isGone = await db.RunSqlAsync(async connection =>
        {
            if (!await HoldAsync(connection, id, ct) || !await SigningSecrets.RemoveAsync(connection, account, ct)) return false;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.signing_secret_removed", id.ToString(), null, connection, ct);
            return true;
        }, ct);
        if (!isGone) return Problem.NotFound();
        await AccountEndpoints.TellAsync(account, index, bus);
        return TypedResults.NoContent();
    }

    // Locked: of two that make one at once the second replaces the first, and its trigger updates the account.
    private static async Task<bool> HoldAsync(NpgsqlConnection connection, Guid id, CancellationToken ct)
    {
        const string locked = "select 1 from accounts.accounts where id = $1 and deleted_at is null for update";
        await using var command = new NpgsqlCommand(locked, connection);
        command.Parameters.AddWithValue(id);
        return await command.ExecuteScalarAsync(ct) is not null;
    }
}
