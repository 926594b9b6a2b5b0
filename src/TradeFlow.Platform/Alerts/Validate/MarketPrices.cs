using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Alerts.Validate;

/// <summary>Prices of now at the account's own broker, for what is shown and not traded.</summary>
internal sealed class MarketPrices(QuoteClient quotes, InstrumentDirectory instruments)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public async Task<(decimal? Bid, decimal? Ask)> QuoteAsync(AccountContext account, Instrument instrument, CancellationToken ct) =>
        await quotes.FindAsync(account.TenantId, account.AccountId, instrument.BrokerSymbol, Patience, ct) is { } quote
            ? (quote.Bid, quote.Ask) : (null, null);

    /// <returns>Units of the account's currency for one of the quote currency; <c>null</c> when no pair tells.</returns>
    public Task<decimal?> RateAsync(AccountContext account, Instrument instrument, CancellationToken ct) =>
        CurrencyRate.FindAsync(instrument, account.Currency, pair => MidAsync(account, pair, ct));

    private async Task<decimal?> MidAsync(AccountContext account, string pair, CancellationToken ct)
    {
        if (await instruments.FindAsync(account.TenantId, account.AccountId, pair, ct) is not InstrumentAnswer.Found found) return null;
        return await QuoteAsync(account, found.Instrument, ct) is ({ } bid, { } ask) && bid > 0 && ask > 0 ? (bid + ask) / 2 : null;
    }
}
