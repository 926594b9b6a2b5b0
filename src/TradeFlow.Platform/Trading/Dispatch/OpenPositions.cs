using System.Diagnostics;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>One position that an exit is for, with what to close of it.</summary>
internal sealed record CloseTarget(PositionReport Position, Instrument Instrument, decimal Quantity);

/// <summary>Finds what an exit is for in a fresh reading of the broker, including what was opened there by hand.</summary>
internal sealed class OpenPositions(IInstruments instruments, PositionSync sync, OrderStore store)
{
    /// <summary>The positions that the broker shows now.</summary>
    /// <param name="isForExit">Brokers count their reads; an entry takes none of those that are kept for exits.</param>
    public async Task<IReadOnlyList<PositionReport>> ReadAsync(Lane lane, AccountSession session, bool isForExit, CancellationToken ct)
    {
        var begunAt = Stopwatch.GetTimestamp();
        var state = await session.Connector.GetStateAsync(new StateWindow { IsForExit = isForExit, PositionsOnly = true }, ct);
        await sync.IntroduceAsync(lane, state, begunAt, ct);
        return state.Positions;
    }

    /// <summary>The open positions that the intent names, the oldest first.</summary>
    /// <param name="unreadable">Takes the positions of a flatten whose rules cannot be read now: they must not hold up the others.</param>
    public async Task<List<CloseTarget>> FindAsync(
        Lane lane, AccountSession session, OrderRow order, TradeIntent intent, string? brokerPosition, List<PositionReport> unreadable,
        CancellationToken ct) =>
        await MeantAsync(lane, order, intent, brokerPosition, await ReadAsync(lane, session, isForExit: true, ct), unreadable, ct);

    /// <summary>Those of a reading that the intent names, the oldest first.</summary>
    /// <param name="unreadable">As above.</param>
    public async Task<List<CloseTarget>> MeantAsync(
        Lane lane, OrderRow order, TradeIntent intent, string? brokerPosition, IReadOnlyList<PositionReport> shown,
        List<PositionReport> unreadable, CancellationToken ct)
    {
        var spoken = intent.Symbol.Length > 0 ? intent.Symbol : order.Symbol;
        var mapped = lane.Account.Symbols.Map(spoken);
        var contract = await ContractAsync(lane, mapped.Symbol, ct);
        List<CloseTarget> targets = [];
        List<CloseTarget> asWritten = [];
        // All symbols of a strategy are those that it has traded on the account: the rest is its owner's.
        var traded = intent.Action == TradeAction.Flatten && brokerPosition is null && order.Strategy is { } strategy
            ? await store.SymbolsOfStrategyAsync(order.AccountId, strategy.Id, ct)
            : null;
        foreach (var position in shown.OrderBy(position => position.OpenedAt ?? DateTimeOffset.MinValue))
        {
            if (brokerPosition is not null && position.BrokerPositionId != brokerPosition) continue;
            if (traded?.Contains(position.BrokerSymbol) == false) continue;
            var named = brokerPosition is not null || intent.Action == TradeAction.Flatten;
            // On a reverse the side is the new one: whatever is open goes.
            if (!named && intent.Action != TradeAction.Reverse && intent.Side is { } side
                && position.Side != (side == TradeSide.Buy ? Side.Buy : Side.Sell))
                continue;
            Instrument? instrument;
            try
            {
                instrument = (await instruments.FindAsync(lane.Tenant, lane.AccountId, position.BrokerSymbol, ct)).Instrument;
                if (instrument is null)
                {
                    var meant = SignalSymbol.Means(mapped.Symbol, null, position.BrokerSymbol)
                        || Symbols.Same(position.BrokerSymbol, order.Symbol);
                    if (!named && !meant) continue;
                    throw new ConnectorException($"The rules of {position.BrokerSymbol} could not be read.");
                }
            }
            catch (ConnectorException) when (brokerPosition is null && intent.Action == TradeAction.Flatten)
            {
                unreadable.Add(position);
                continue;
            }
            var target = new CloseTarget(position, instrument, position.Quantity);
            if (named || position.BrokerSymbol == contract || SignalSymbol.Means(mapped.Symbol, instrument, position.BrokerSymbol))
                targets.Add(target);
            else if (SignalSymbol.Means(spoken, instrument, position.BrokerSymbol)) asWritten.Add(target);
        }
        if (targets.Count == 0 && unreadable.Count > 0)
            throw new ConnectorException($"The rules of {unreadable[0].BrokerSymbol} could not be read.");
        // A position from before the map was changed is still meant by the name that it was opened under.
        return targets.Count > 0 ? targets : asWritten;
    }

    // A month that is named by hand may be the active contract, which is held under its continuous name: only the broker's own name tells.
    private async Task<string?> ContractAsync(Lane lane, string symbol, CancellationToken ct)
    {
        if (FutureSymbol.Parse(Symbols.Canonical(symbol)) is not { Month: not null }) return null;
        try
        {
            return (await instruments.FindAsync(lane.Tenant, lane.AccountId, symbol, ct)).Instrument?.BrokerSymbol;
        }
        catch (ConnectorException)
        {
            // An exit must not fail for it: the names are compared all the same.
            return null;
        }
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
