using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Converts an instrument's quote currency to the account's, at the broker's own prices.</summary>
internal sealed class AccountMoney(IInstruments instruments)
{
    /// <returns>Units of the account's currency for one of the quote currency; <c>null</c> when no pair tells.</returns>
    public Task<decimal?> RateAsync(Lane lane, AccountSession session, Instrument instrument, CancellationToken ct) =>
        CurrencyRate.FindAsync(instrument, lane.Account.Currency, pair => MidAsync(lane, session, pair, ct));

    /// <summary>Profit of closing at a price, before fees, where both currencies are the same.</summary>
    public static decimal? Profit(
        Instrument instrument, string accountCurrency, Side positionSide, decimal entry, decimal exit, decimal qty)
    {
        if (instrument.QuoteCurrency is { } quoted && !string.Equals(quoted, accountCurrency, StringComparison.OrdinalIgnoreCase))
            return null;
        var perTick = instrument.TickValue ?? instrument.TickSize * instrument.ContractSize;
        return (exit - entry) / instrument.TickSize * perTick * qty * (positionSide == Side.Buy ? 1 : -1);
    }

    private async Task<decimal?> MidAsync(Lane lane, AccountSession session, string pair, CancellationToken ct)
    {
        if ((await instruments.FindAsync(lane.Tenant, lane.AccountId, pair, ct)).Instrument is not { } found) return null;
        try
        {
            var quote = await session.Connector.GetQuoteAsync(found.BrokerSymbol, ct);
            return quote is { Bid: > 0, Ask: > 0 } ? (quote.Bid + quote.Ask) / 2 : null;
        }
        catch (ConnectorException e) when (e.Kind == ConnectorErrorKind.NotFound)
        {
            return null;
        }
    }
}
