using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Paper.Book;

namespace TradeFlow.Plugins.Paper.Market;

/// <summary>Prices and profits of one book at one moment.</summary>
internal sealed class Pricing(PaperBook book, DateTimeOffset at)
{
    private readonly Dictionary<string, Quote> quotes = new(StringComparer.Ordinal);

    public Quote Quote(PaperInstrument instrument)
    {
        if (quotes.TryGetValue(instrument.Instrument.Symbol, out var known)) return known;
        return quotes[instrument.Instrument.Symbol] = Walk.Quote(instrument, book.AnchorOf(instrument), at);
    }

    /// <summary>The price that an order of this side gets at market.</summary>
    public decimal Entry(PaperInstrument instrument, Side side)
    {
        var quote = Quote(instrument);
        return side == Side.Buy ? quote.Ask : quote.Bid;
    }

    /// <summary>The price that closes a position of this side now.</summary>
    public decimal Exit(PaperInstrument instrument, Side positionSide) =>
        Entry(instrument, positionSide == Side.Buy ? Side.Sell : Side.Buy);

    /// <summary>Profit in the account's currency, to the cent.</summary>
    public decimal Profit(PaperInstrument instrument, Side side, decimal entry, decimal exit, decimal quantity)
    {
        var direction = side == Side.Buy ? 1m : -1m;
        var gain = (exit - entry) * direction * quantity * instrument.Instrument.ContractSize;
        return Math.Round(gain * Dollars(instrument.Instrument.QuoteCurrency ?? PaperFactory.Currency), 2, MidpointRounding.AwayFromZero);
    }

    // What one unit of a currency is worth in dollars, by this book's own prices.
    private decimal Dollars(string currency)
    {
        if (currency == PaperFactory.Currency) return 1m;
        if (Instruments.Find($"{currency}{PaperFactory.Currency}") is { Instrument.TickSize: <= 0.001m } direct) return Quote(direct).Bid;
        return Instruments.Find($"{PaperFactory.Currency}{currency}") is { } inverse ? 1m / Quote(inverse).Bid : 1m;
    }
}
