using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>Positions, working orders, fills and money at one moment. It is all there or it throws.</summary>
internal sealed class AccountStateQuery(AccountSession session)
{
    // A quote per symbol and look: with more symbols than this the rest shows without a current price.
    private const int MostQuotes = 8;

    private readonly Fills fills = new(session);

    public async Task<BrokerState> RunAsync(StateWindow window, CancellationToken ct)
    {
        var at = session.Clock.GetUtcNow();
        if (window.PositionsOnly)
            return new BrokerState { At = at, OpenOrders = [],
            Positions = await ReportsAsync(await session.Book.PositionsAsync(ct), [], [], ct) };
        var positions = session.Book.PositionsAsync(ct);
        var orders = session.Book.OrdersAsync(ct);
        var account = session.Book.StateAsync(session.Account, ct);
        var executions = session.Book.ExecutionsAsync(ct);
        await Task.WhenAll(positions, orders, account, executions, WarmUpAsync(ct));

        var open = await positions;
        var working = await orders;
        var legs = OrderReports.LegsOf(open);
        var quotes = await QuotesAsync(open, ct);
        List<OrderReport> orderReports = [];
        foreach (var row in working)
            orderReports.Add(OrderReports.Of(row, await session.NameOfAsync(row.TradableId, ct), OrderReports.IsLeg(row, legs)));
        return new BrokerState
        {
            At = at,
            OpenOrders = orderReports,
            Positions = await ReportsAsync(open, working, quotes, ct),
            Fills = await fills.OfAsync(await executions, open, window.Since, ct),
            Account = await account,
        };
    }

    private async Task<IReadOnlyList<PositionReport>> ReportsAsync(IReadOnlyList<PositionRow> open, IReadOnlyList<OrderRow> working,
        Dictionary<long, Quote> quotes, CancellationToken ct)
    {
        List<PositionReport> reports = [];
        foreach (var row in open)
            reports.Add(Report(row, await session.NameOfAsync(row.TradableId, ct), working, quotes.GetValueOrDefault(row.TradableId)));
        return reports;
    }

    // The first look at an account fetches the long list of instruments, so that its first signal does not have to.
    private async Task WarmUpAsync(CancellationToken ct)
    {
        try
        {
            await session.Catalogue.AllAsync(ct);
        }
        catch (ConnectorException)
        {
            // Whoever needs a name asks again.
        }
    }

    private static PositionReport Report(PositionRow row, string symbol, IReadOnlyList<OrderRow> working, Quote? quote)
    {
        var stop = row.StopLossId is null ? null : working.FirstOrDefault(order => order.Id == row.StopLossId);
        var target = row.TakeProfitId is null ? null : working.FirstOrDefault(order => order.Id == row.TakeProfitId);
        return new PositionReport
        {
            BrokerPositionId = row.Id,
            BrokerSymbol = symbol,
            Side = row.Side,
            Quantity = row.Qty,
            AveragePrice = row.AvgPrice,
            CurrentPrice = row.Side is Side.Buy ? quote?.Bid : quote?.Ask,
            UnrealizedPnl = row.UnrealizedPl,
            StopLoss = stop?.StopPrice ?? stop?.Price,
            TakeProfit = target?.Price ?? target?.StopPrice,
            OpenedAt = row.Opened,
            ClientOrderId = row.StrategyId,
        };
    }

    private async Task<Dictionary<long, Quote>> QuotesAsync(IReadOnlyList<PositionRow> positions, CancellationToken ct)
    {
        var asked = positions.Select(position => position.TradableId).Distinct().Take(MostQuotes).Select(async id =>
        {
            try
            {
                return (id, Quote: await session.Catalogue.FindAsync(id, ct) is { } listing
                    ? await session.Catalogue.QuoteAsync(listing, ct) : null);
            }
            catch (ConnectorException)
            {
                // Where things stand is told without a price rather than not at all.
                return (id, Quote: null);
            }
        });
        // filtered in the line itself
        return (await Task.WhenAll(asked)).Where(answer => answer.Quote is not null)
            .ToDictionary(answer => answer.id, answer => answer.Quote!);
    }
}
