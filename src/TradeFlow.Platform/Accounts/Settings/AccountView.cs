using Microsoft.EntityFrameworkCore;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Settings;

/// <param name="Email">The login that the account was connected with, where the broker's form has one.</param>
/// <param name="ExitOnly">Beyond what the plan covers: it can close positions, and not open new ones.</param>
/// <param name="MaxAgeSeconds">An entry whose alert is older by its own time is refused; <c>null</c> is no limit.</param>
/// <param name="DefaultSize">How much an entry is for whose message does not say it; <c>null</c>: such a message is refused.</param>
/// <param name="StopUnit">What a bare number of a stop or target measures: <c>pips</c>, <c>price</c>, <c>percent</c>; <c>null</c>: such a
/// message is refused.</param>
/// <param name="OnGap"><c>sync</c>: after a missed message a target goes where the strategy is; <c>hold</c>: it enters nothing.</param>
/// <param name="TradingviewOnly">Alerts from elsewhere than TradingView's own addresses are refused.</param>
/// <param name="ApiKey">Masked: the first 6 characters, <c>****</c>, the last 6.</param>
internal sealed record AccountView(
    Guid Id, string Broker, string Name, string? Email, string? Server, string Mode, string Status, string? StatusReason, bool Enabled,
    string? DisabledReason, bool ExitOnly, decimal? Balance, decimal? Equity, string Currency, DateTimeOffset? LastSync, string? ApiKey,
    decimal Multiplier, int DedupeSeconds, int? MaxAgeSeconds, DefaultSize? DefaultSize, string? StopUnit, string OnGap,
    bool TradingviewOnly, string BrokerAccount, DateTimeOffset CreatedAt)
{
    public static IQueryable<AccountView> Of(TradeFlowDb db, IQueryable<Account> accounts) =>
        from account in accounts.AsNoTracking()
        orderby account.CreatedAt, account.Id
        select new AccountView(
            account.Id.Value, account.Broker, account.Name, account.Login, account.Server, account.Mode, account.Status,
            account.StatusReason, account.Enabled, account.DisabledReason, account.ExitOnly, account.Balance, account.Equity,
            account.Currency, account.LastSync, db.Set<ApiKey>().Where(key => key.AccountId == account.Id && key.Scope == KeyScope.Api.Name)
                .Select(key => key.Masked).FirstOrDefault(), account.Multiplier, account.DedupeSeconds, account.MaxAgeSeconds,
            account.DefaultSizeMode == null ? null : new DefaultSize(account.DefaultSizeMode, account.DefaultSizeValue ?? 0),
            account.StopUnit, account.OnGap, account.TradingViewOnly, account.BrokerAccountId, account.CreatedAt);

    /// <summary>The account, or <c>null</c> when the tenant has none of that id.</summary>
    public static Task<AccountView?> FindAsync(TradeFlowDb db, AccountId id, CancellationToken ct) =>
        Of(db, db.Set<Account>().Where(row => row.Id == id && row.DeletedAt == null)).FirstOrDefaultAsync(ct);
}
