using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>One position that an exit is for, with what to close of it.</summary>
internal sealed record CloseTarget(PositionReport Position, Instrument Instrument, decimal Quantity);

/// <summary>Finds what an exit is for in a fresh reading of the broker, including what was opened there by hand.</summary>
internal sealed class OpenPositions(IInstruments instruments)
{
    /// <summary>The open positions that the intent names, the oldest first.</summary>
    public async Task<List<CloseTarget>> FindAsync(Lane lane, AccountSession session, OrderRow order, TradeIntent intent, string? brokerPosition, CancellationToken ct)
    {
        var state = await session.Connector.GetStateAsync(new StateWindow(), ct);
        List<CloseTarget> targets = [];
        foreach (var position in state.Positions.OrderBy(position => position.OpenedAt ?? DateTimeOffset.MinValue))
        {
            if (brokerPosition is not null && position.BrokerPositionId != brokerPosition) continue;
            var named = brokerPosition is not null || intent.Action == TradeAction.Flatten;
            // On a reverse the side is the new one: whatever is open goes.
            if (!named && intent.Action != TradeAction.Reverse && intent.Side is { } side && position.Side != (side == TradeSide.Buy ? Side.Buy : Side.Sell)) continue;
            var lookup = await instruments.FindAsync(lane.Tenant, lane.AccountId, position.BrokerSymbol, ct);
            if (lookup.Instrument is not { } instrument)
            {
                if (!named && !Symbols.Same(position.BrokerSymbol, order.Symbol)) continue;
                throw new ConnectorException($"The rules of {position.BrokerSymbol} could not be read.");
            }
            if (!named && !Symbols.Same(instrument.Symbol, order.Symbol) && !Symbols.Same(position.BrokerSymbol, order.Symbol)
                && !string.Equals(position.BrokerSymbol, intent.Symbol, StringComparison.OrdinalIgnoreCase)) continue;
            targets.Add(new CloseTarget(position, instrument, position.Quantity));
        }
        return targets;
    }

    /// <summary>Spreads a partial close over the positions, the oldest first. Never more than is open.</summary>
    public static List<CloseTarget> Take(IEnumerable<CloseTarget> open, decimal? qty)
    {
        if (qty is not { } left) return [.. open];
        List<CloseTarget> taken = [];
        foreach (var target in open)
        {
            if (left <= 0) break;
            var part = Math.Min(left, target.Quantity);
            taken.Add(target with { Quantity = part });
            left -= part;
        }
        return taken;
    }
}
