using System.Globalization;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;

namespace TradeFlow.Platform.Accounts.Agents;

/// <summary>Notes that a terminal has fallen silent or that another one has taken over, and tells its owner once.</summary>
internal sealed class AgentNews(WorkerAccounts accounts, Notifications notices) : IAgentNews
{
    public async Task OfflineAsync(SilentAgent silent, CancellationToken ct)
    {
        if (await accounts.FindAsync(silent.Account, ct) is not { } served) return;
        var reason = $"The terminal has not reported since {Text(silent.Since)} UTC.";
        if (!silent.HasKey) reason += " Terminals have a key of their own now: give it the agent key from the account's set-up page.";
        if (silent.IsNews)
        {
            // Told first, noted second: a crash in between tells twice rather than never.
            await notices.AddAsync(silent.Tenant, Notifications.Warning, "account.offline",
                $"{served.Name}: {reason} Until it is back, entries are refused. Open positions keep the stops that the broker has.",
                $$"""{"account_id":"{{silent.Account}}"}""", ct);
        }
        if (silent.IsNews || served.Account.Status != AccountStatuses.Offline)
            await accounts.SetStateAsync(silent.Account, AccountStatuses.Offline, reason, null, null, null, ct);
    }

    public async Task TakenOverAsync(
        AccountId account, TenantId tenant, DateTimeOffset at, string program, NpgsqlConnection connection, CancellationToken ct)
    {
        if (await accounts.FindAsync(account, ct) is not { } served) return;
        await notices.AddAsync(tenant, Notifications.Warning, "account.terminal_changed",
            $"{served.Name}: a terminal that has not reported before ({program}) took over at {Text(at)} UTC, and is given the orders from now on. "
            + "If it is not yours, make a new agent key on the account's set-up page.",
            $$"""{"account_id":"{{account}}"}""", connection, ct);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
