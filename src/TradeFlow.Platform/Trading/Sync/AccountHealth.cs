using System.Diagnostics;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// What the readings of an account say about it: balance, and whether the broker can be reached with its credentials. A stream and the
/// readings beside it tell it side by side, and each takes awaits: one after the other is heard.
/// </summary>
internal sealed class AccountHealth(Lane lane, WorkerAccounts accounts, Notifications notices, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan AskForMoney = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UnreachableAfter = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim turn = new(1, 1);
    // From before a restart: what has been told is not told again.
    private string status = lane.Account.Status;
    private DateTimeOffset moneyDue;
    private long pushedAt;
    private DateTimeOffset? badSince;
    private int failures;

    /// <summary>The account's money from a request of its own, for brokers whose state does not bring it along.</summary>
    public async Task<AccountSnapshot?> AccountWhenDueAsync(AccountSession session, CancellationToken ct)
    {
        using (await TurnAsync(ct))
        {
            if (clock.GetUtcNow() < moneyDue) return null;
            moneyDue = clock.GetUtcNow() + AskForMoney;
        }
        return await session.Connector.GetAccountAsync(ct);
    }

    /// <summary>A reading. Its money may be older than what was pushed while it was under way.</summary>
    /// <param name="askedAt">The time stamp of <see cref="Stopwatch"/> at which the broker was asked for it.</param>
    public async Task ReadAsync(AccountSnapshot? money, long askedAt, CancellationToken ct)
    {
        using var _ = await TurnAsync(ct);
        await TakeGoodAsync(askedAt < pushedAt ? null : money, ct);
    }

    public async Task PushedAsync(AccountSnapshot money, CancellationToken ct)
    {
        using var _ = await TurnAsync(ct);
        pushedAt = Stopwatch.GetTimestamp();
        await TakeGoodAsync(money, ct);
    }

    /// <returns>How long to wait before the next attempt.</returns>
    public async Task<TimeSpan> BadAsync(Exception fault, CancellationToken ct)
    {
        using var _ = await TurnAsync(ct);
        return await TakeBadAsync(fault, ct);
    }

    private async Task<Turn> TurnAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        return new Turn(turn);
    }

    private async Task TakeGoodAsync(AccountSnapshot? money, CancellationToken ct)
    {
        (failures, badSince) = (0, null);
        if (lane.Account.Status == AccountStatuses.Offline) status = AccountStatuses.Offline;
        var (state, reason) = money is { CanTrade: false }
            ? (AccountStatuses.Error, "The broker has closed the account to trading.") : (AccountStatuses.Active, null);
        if (money is null && state == status)
        {
            accounts.Heard(lane.AccountId);
            return;
        }
        var isAsBefore = state == status && state == lane.Account.Status;
        if (isAsBefore && money is not null
            && accounts.TellMoney(lane.AccountId, state, reason, money.Balance, money.Equity, money.Currency))
            return;
        await accounts.SetStateAsync(lane.AccountId, state, reason, money?.Balance, money?.Equity, money?.Currency, ct);
        status = state;
    }

    private async Task<TimeSpan> TakeBadAsync(Exception fault, CancellationToken ct)
    {
        failures++;
        var now = clock.GetUtcNow();
        badSince ??= now;
        if (fault is ConnectorException { Kind: ConnectorErrorKind.Authentication or ConnectorErrorKind.Permission })
        {
            if (status != AccountStatuses.NeedsReconnect)
            {
                // Told first, noted second: a crash in between tells twice rather than never.
                await notices.AddAsync(lane.Tenant, "critical", "account.needs_reconnect",
                    "The broker no longer accepts the stored credentials of an account. Connect it again; until then nothing is sent.",
                    $$"""{"account_id":{{JsonSerializer.Serialize(lane.AccountId.ToString(), TradingJson.Default.String)}}}""", ct);
                await accounts.SetStateAsync(lane.AccountId, AccountStatuses.NeedsReconnect, fault.Message, null, null, null, ct);
                status = AccountStatuses.NeedsReconnect;
            }
            // No log-in storm: once a minute, and at once when the account changes.
            return TimeSpan.FromMinutes(1);
        }
        // Offline says more: its terminal is silent, and whoever listens to it knows since when.
        if (now - badSince > UnreachableAfter && status != AccountStatuses.Error && lane.Account.Status != AccountStatuses.Offline)
        {
            // Told first, as above. A limit that is used up passes by itself.
            if (fault is not ConnectorException { Kind: ConnectorErrorKind.RateLimited })
                await notices.AddAsync(lane.Tenant, Notifications.Warning, "account.offline",
                    $"Your {lane.Account.Broker} account has not been reached for {UnreachableAfter.TotalSeconds:0} s. {Unread(fault)}",
                    $$"""{"account_id":"{{lane.AccountId}}"}""", ct);
            await accounts.SetStateAsync(lane.AccountId, AccountStatuses.Error, Unread(fault), null, null, null, ct);
            status = AccountStatuses.Error;
        }
        var asked = (fault as ConnectorException)?.RetryAfter ?? TimeSpan.Zero;
        var backoff = TimeSpan.FromSeconds(Math.Min(0.5 * Math.Pow(2, failures - 1), 30));
        return asked > backoff ? asked : backoff;
    }

    // A limit that is used up, ours or the broker's, is no line that is down.
    private static string Unread(Exception fault) =>
        fault is ConnectorException { Kind: ConnectorErrorKind.RateLimited }
            ? $"The account is not read at the moment: {fault.Message}" : $"The broker cannot be reached: {fault.Message}";

    public void Dispose() => turn.Dispose();

    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
