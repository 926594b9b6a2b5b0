using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>Which accounts the plan covers. The caller holds the tenant's plan (<see cref="Entitlements.LockAsync"/>).</summary>
[OpenToModules]
internal static class AccountsWithinPlan
{
    /// <summary>Makes those beyond the plan exit-only and takes the others back.</summary>
    /// <returns>Those that have changed: tell the replicas after the commit (<see cref="Topics.AccountChanged"/>).</returns>
    public static Task<IReadOnlyList<Guid>> ApplyAsync(Wall wall, PlanLimits limits, NpgsqlConnection connection, CancellationToken ct) =>
        WholeTenant.RunAsync(wall, connection, () => PlaceAsync(wall.Tenant, limits, connection, ct), ct);

    private static async Task<IReadOnlyList<Guid>> PlaceAsync(
        TenantId tenant, PlanLimits limits, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select accounts.apply_plan($1, $2, $3)", connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.Add(Number(limits.Brokers));
        command.Parameters.Add(Number(limits.AccountsPerBroker));
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Guid> changed = [];
        while (await reader.ReadAsync(ct)) changed.Add(reader.GetGuid(0));
        return changed;
    }

    /// <summary>Why one more account of a broker would be too many, or <c>null</c>.</summary>
    public static async Task<AccountLimit?> LimitForOneMoreAsync(
        Entitlement entitlement, string broker, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select count(distinct broker) filter (where broker <> $1)::int, count(*) filter (where broker = $1)::int from accounts.accounts where deleted_at is null",
            connection);
        command.Parameters.AddWithValue(broker);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct); // an aggregate has a row
        var (others, same) = (reader.GetInt32(0), reader.GetInt32(1));
        var (plan, limits) = (entitlement.Plan, entitlement.Plan.Limits);
        if (same == 0 && limits.Brokers is { } brokers && others >= brokers)
            return new AccountLimit("brokers", brokers, others,
                $"Your plan {plan.Name} connects {Count(brokers, "broker")}. Upgrade on the billing page, or delete the accounts of a broker first.");
        if (limits.AccountsPerBroker is { } accounts && same >= accounts)
            return new AccountLimit("accounts_per_broker", accounts, same,
                $"Your plan {plan.Name} has {Count(accounts, "account")} per broker. Upgrade on the billing page, or delete an account first.");
        return null;
    }

    private static string Count(int number, string word) => number == 1 ? $"1 {word}" : $"{number} {word}s";

    private static NpgsqlParameter Number(int? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Integer, Value = (object?)value ?? DBNull.Value };
}
