using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>What people are told of an emergency stop.</summary>
internal static class EmergencyNotice
{
    public static Task ExecutedAsync(
        Notifications notices, TenantId tenant, Guid stop, long closed, IEnumerable<Guid> accounts, NpgsqlConnection connection,
        CancellationToken ct) =>
        notices.AddAsync(tenant, Notifications.Warning, "emergency_stop.executed",
            $"Emergency stop executed. {closed} positions closed. Re-enable accounts to resume trading.",
            $$"""{"stop_id":"{{stop}}","positions_closed":{{closed}},"account_ids":[{{string.Join(',', accounts.Select(account => $"\"{account}\""))}}]}""",
            connection, ct);

    public static Task NotFlatAsync(
        Notifications notices, TenantId tenant, Guid stop, AccountId account, string name, IEnumerable<string> errors,
        NpgsqlConnection connection, CancellationToken ct) =>
            notices.AddAsync(tenant, Notifications.Critical, "emergency_stop.not_flat",
                $"Emergency stop: {name} is not flat after {StopChase.GivesUp.TotalMinutes:0} minutes, and closing has ended. Close what is left at the broker. {string.Join(' ', errors)}"
                    .TrimEnd(), $$"""{"stop_id":"{{stop}}","account_id":"{{account}}"}""", connection, ct);
}
