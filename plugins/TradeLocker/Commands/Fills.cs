using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>
/// The fills of the broker's current session, with what each closing one earned: a stop loss or take profit that the broker fills is seen
/// nowhere else. Older fills are not told, because history knows them by other ids and they would count twice.
/// </summary>
internal sealed class Fills(AccountSession session)
{
    private readonly ConcurrentDictionary<string, (Side Side, decimal Price)> entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, decimal> profits = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<FillReport>> OfAsync(
        IReadOnlyList<ExecutionRow> executions, IReadOnlyList<PositionRow> positions, DateTimeOffset? since, CancellationToken ct)
    {
        Remember(executions, positions);
        await LearnRulesAsync(positions, ct);
        List<FillReport> fills = [];
        foreach (var row in executions.OrderBy(row => row.Created))
        {
            if (row.Created is not { } at || at < since) continue;
            fills.Add(new FillReport
            {
                BrokerFillId = row.Id,
                BrokerOrderId = row.OrderId,
                BrokerSymbol = await session.NameOfAsync(row.TradableId, ct),
                Side = row.Side,
                Quantity = row.Qty,
                Price = row.Price,
                BrokerPositionId = row.PositionId,
                RealizedPnl = await ProfitAsync(row, ct),
                At = at,
            });
        }
        return fills;
    }

    // A position's first fills are its entry; the open position itself knows its average better.
    private void Remember(IReadOnlyList<ExecutionRow> executions, IReadOnlyList<PositionRow> positions)
    {
        foreach (var position in positions) entries[position.Id] = (position.Side, position.AvgPrice);
        foreach (var fills in executions.Where(row => row.PositionId is not null && !entries.ContainsKey(row.PositionId))
            .GroupBy(row => row.PositionId ?? "", StringComparer.Ordinal))
        {
            var side = fills.OrderBy(row => row.Created).First().Side;
            var opening = fills.Where(row => row.Side == side).ToList();
            // A session that shows only the end of an older position does not know what it cost.
            if (fills.Any(row => row.Side != side))
                entries.TryAdd(fills.Key, (side, opening.Sum(row => row.Price * row.Qty) / opening.Sum(row => row.Qty)));
        }
    }

    private async Task<decimal?> ProfitAsync(ExecutionRow row, CancellationToken ct)
    {
        if (profits.TryGetValue(row.Id, out var known)) return known;
        if (row.PositionId is null || !entries.TryGetValue(row.PositionId, out var entry) || entry.Side == row.Side) return null;
        if (await session.Catalogue.FindAsync(row.TradableId, ct) is not { } listing
            || session.Catalogue.Known(listing) is not { } instrument)
            return null;
        if (await session.Profits.OfAsync(instrument, entry.Side, entry.Price, row.Price, row.Qty, ct) is not { } profit) return null;
        profits[row.Id] = profit;
        return profit;
    }

    // While a position is open, so that the numbers are at hand when a stop closes it. Two a look: the broker allows no more per second.
    private async Task LearnRulesAsync(IReadOnlyList<PositionRow> positions, CancellationToken ct)
    {
        var left = 2;
        foreach (var id in positions.Select(position => position.TradableId).Distinct())
        {
            try
            {
                if (await session.Catalogue.FindAsync(id, ct) is not { } listing || session.Catalogue.Known(listing) is not null) continue;
                if (left-- == 0) return;
                await session.Catalogue.DetailsAsync(listing, ct);
            }
            catch (ConnectorException)
            {
                // Without them the profit of a fill is not told; the next look tries again.
            }
        }
    }
}
