namespace TradeFlow.Simulators.TradeLocker;

/// <summary>What positions are worth in the currency of their account.</summary>
internal sealed class Valuation(World world)
{
    public sealed record Sums(decimal Balance, decimal OpenPnL, decimal Margin)
    {
        public decimal Equity => Balance + OpenPnL;
        public decimal Available => Equity - Margin;
    }

    public Sums Of(SimAccount account) => new(
        account.Balance,
        account.Positions.Sum(position => OpenPnL(account, position)),
        account.Positions.Sum(position => Margin(account, position.Listing, position.Qty, position.AvgPrice)));

    public decimal OpenPnL(SimAccount account, SimPosition position)
    {
        var quote = world.Prices[position.Listing.Market.Symbol];
        return PnL(account, position, position.Qty, position.Long ? quote.Bid : quote.Ask);
    }

    public decimal PnL(SimAccount account, SimPosition position, decimal qty, decimal exit)
    {
        var points = position.Long ? exit - position.AvgPrice : position.AvgPrice - exit;
        return Math.Round(points * qty * position.Listing.Market.LotSize * Rate(position.Listing.Market.Quote, account.Currency), 2);
    }

    public decimal Margin(SimAccount account, Listing listing, decimal qty, decimal price) =>
        Math.Round(qty * listing.Market.LotSize * price / listing.Market.Leverage * Rate(listing.Market.Quote, account.Currency), 2);

    /// <summary>
    /// Units of <paramref name="to"/> for one unit of <paramref name="from"/>: by the pair itself, its inverse, or by way of the dollar.
    /// </summary>
    public decimal Rate(string from, string to)
    {
        if (from == to) return 1;
        if (world.Prices.Knows(from + to)) return world.Prices[from + to].Mid;
        if (world.Prices.Knows(to + from)) return 1 / world.Prices[to + from].Mid;
        return Rate(from, "USD") * Rate("USD", to);
    }
}
