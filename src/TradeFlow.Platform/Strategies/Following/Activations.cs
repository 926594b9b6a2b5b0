using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;
using TradeFlow.Platform.Strategies.Publishing;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Strategies.Following;

/// <summary>An account follows a strategy, in a size of its own or in the signal's, multiplied; and stops.</summary>
internal static class Activations
{
    private const decimal LargestMultiplier = 100;

    /// <param name="Size">A quantity in the broker's unit, or <c>{mode, value}</c>. Left out: the signal's own size.</param>
    internal sealed record NewActivation(Guid? AccountId = null, decimal? Multiplier = null, JsonElement? Size = null);

    internal sealed record Patch(bool? Enabled = null, decimal? Multiplier = null)
    {
        /// <summary>Null: the signal's own size counts again; leaving it out leaves it as it is.</summary>
        public JsonElement? Size
        {
            get;
            init
            {
                field = value;
                NamesSize = true;
            }
        }

        internal bool NamesSize { get; private init; }
    }

    internal static async Task<Results<Created<ActivationView>, ProblemHttpResult>> Activate(
        Guid id, NewActivation body, StrategyReads reads, Entitlements entitlements, TenantContext tenant, TenantDb db, AuditLog audit,
        TimeProvider clock, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        CheckMultiplier(body.Multiplier, errors);
        var size = SizeText.Read(body.Size, errors);
        if (body.AccountId is not { } account) errors["account_id"] = ["Name the account."];
        else if (errors.Count == 0)
        {
            var (problem, activation) = await db.RunSqlAsync(connection => FollowAsync(connection, account), ct);
            if (problem is not null) return problem;
            return TypedResults.Created($"/api/strategies/{id}/activations/{activation}", await ViewAsync(reads, id, activation, ct));
        }
        return Problem.Invalid(errors);

        async Task<(ProblemHttpResult?, Guid)> FollowAsync(NpgsqlConnection connection, Guid chosen)
        {
            // One at a time per tenant: what is switched on side by side must not get past the limit together.
            var entitlement = await entitlements.LockAsync(tenant.Wall, connection, ct);
            // Its own, or one that is published: the table shows no other.
            if (!await ExistsAsync("select from strategies.strategies where id = $1 and deleted_at is null", id, connection, ct))
                return (Problem.NotFound(), default);
            if (!await ExistsAsync("select from accounts.accounts where id = $1 and deleted_at is null", chosen, connection, ct))
                return (Problem.Invalid("account_id", "There is no such account."), default);
            if (await StrategyLimit.RefusalAsync(entitlement, id, tenant.Wall, connection, ct) is { } beyond) return (beyond, default);
            await using var command = new NpgsqlCommand("""
                insert into strategies.activations as f (id, tenant_id, strategy_id, account_id, size_mode, size_value, multiplier, created_at)
                    values ($1, $2, $3, $4, $5, $6, $7, $8)
                on conflict (strategy_id, account_id) do update set size_mode = excluded.size_mode, size_value = excluded.size_value,
                    multiplier = excluded.multiplier, enabled = true, ended_at = null, created_at = excluded.created_at
                    where f.ended_at is not null
                returning id
                """, connection);
            command.Parameters.AddWithValue(NewId.At(clock));
            command.Parameters.AddWithValue(tenant.Tenant.Value);
            command.Parameters.AddWithValue(id);
            command.Parameters.AddWithValue(chosen);
            command.Parameters.AddText(size?.Mode);
            command.Parameters.AddNumber(size?.Value);
            command.Parameters.AddWithValue(body.Multiplier ?? 1);
            command.Parameters.AddTime(clock.GetUtcNow());
            if (await command.ExecuteScalarAsync(ct) is not Guid activation) return (AlreadyActive(), default);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "strategy.activated", activation.ToString(), null, connection, ct);
            return (null, activation);
        }
    }

    internal static async Task<Results<Ok<ActivationView>, ProblemHttpResult>> Change(
        Guid id, Guid activationId, Patch patch, StrategyReads reads, Entitlements entitlements, TenantContext tenant, TenantDb db,
        AuditLog audit, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        CheckMultiplier(patch.Multiplier, errors);
        var size = SizeText.Read(patch.Size, errors);
        var problem = await db.RunSqlAsync(async connection =>
        {
            var entitlement = patch.Enabled == true ? await entitlements.LockAsync(tenant.Wall, connection, ct) : null;
            await using (var there = new NpgsqlCommand(
                "select 1 from strategies.activations where id = $1 and strategy_id = $2 and ended_at is null for update", connection))
            {
                there.Parameters.AddWithValue(activationId);
                there.Parameters.AddWithValue(id);
                if (await there.ExecuteScalarAsync(ct) is null) return Problem.NotFound();
            }
            if (errors.Count > 0) return Problem.Invalid(errors);
            if (entitlement is not null && await StrategyLimit.RefusalAsync(entitlement, id, tenant.Wall, connection, ct) is { } beyond)
                return beyond;
            await using var command = new NpgsqlCommand("""
                update strategies.activations set enabled = coalesce($2, enabled), multiplier = coalesce($3, multiplier),
                    size_mode = case when $4 then $5 else size_mode end, size_value = case when $4 then $6 else size_value end
                where id = $1
                """, connection);
            command.Parameters.AddWithValue(activationId);
            command.Parameters.Add(NpgsqlTypes.NpgsqlDbType.Boolean, patch.Enabled);
            command.Parameters.AddNumber(patch.Multiplier);
            command.Parameters.AddWithValue(patch.NamesSize);
            command.Parameters.AddText(size?.Mode);
            command.Parameters.AddNumber(size?.Value);
            await command.ExecuteNonQueryAsync(ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "strategy.activation_changed", activationId.ToString(), null,
                connection, ct);
            return null;
        }, ct);
        return problem is not null ? problem : TypedResults.Ok(await ViewAsync(reads, id, activationId, ct));
    }

    /// <summary>It enters nothing more. What the account holds of the strategy gets its exits until it is flat.</summary>
    internal static async Task<Results<NoContent, ProblemHttpResult>> Deactivate(
        Guid id, Guid activationId, TenantContext tenant, TenantDb db, AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        var ended = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                "update strategies.activations set ended_at = $3, enabled = false where id = $1 and strategy_id = $2 and ended_at is null",
                connection);
            command.Parameters.AddWithValue(activationId);
            command.Parameters.AddWithValue(id);
            command.Parameters.AddTime(clock.GetUtcNow());
            if (await command.ExecuteNonQueryAsync(ct) == 0) return false;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "strategy.deactivated", activationId.ToString(), null, connection, ct);
            return true;
        }, ct);
        return ended ? TypedResults.NoContent() : Problem.NotFound();
    }

    private static ProblemHttpResult AlreadyActive() => Problem.Of(StatusCodes.Status409Conflict, StrategyProblems.AlreadyActive,
        "The account follows this strategy already: change its size instead.");

    private static async Task<ActivationView> ViewAsync(StrategyReads reads, Guid strategy, Guid activation, CancellationToken ct) =>
        (await reads.ListAsync(strategy, null, false, ct)).Single().Activations.Single(one => one.Id == activation);

    private static void CheckMultiplier(decimal? multiplier, Dictionary<string, string[]> errors)
    {
        if (multiplier is { } factor && (factor is <= 0 or > LargestMultiplier || decimal.Round(factor, 4) != factor))
            errors["multiplier"] = [$"Use a number above 0 and up to {LargestMultiplier}, with at most 4 decimals."];
    }

    private static async Task<bool> ExistsAsync(string sql, Guid id, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select exists ({sql})", connection);
        command.Parameters.AddWithValue(id);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
