using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Enters: resolves symbol, size and prices, and sends the order.</summary>
internal sealed class OpenEntry(
    IInstruments instruments, AccountMoney money, EntryRisk risk, OrderStore store, PositionSync positions, SendOnce send, FillWatch fills)
{
    /// <param name="defaultQty">Size of a reverse that names none: what was open.</param>
    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public async Task<OrderRow?> RunAsync(Lane lane, OrderRow order, AccountSession session, decimal? defaultQty, CancellationToken ct)
    {
        // Before anything of the account is read: what changes after it makes the entry stale.
        var version = lane.Account.Version;
        var intent = order.Intent;
        if (intent.Side is not { } side) throw new RefusedException(OrderCodes.SignalInvalid, "An entry needs a side.", "intent.side");
        var mapped = lane.Account.Symbols.Map(intent.Symbol.Length > 0 ? intent.Symbol : order.Symbol);
        var instrument = await FindInstrumentAsync(lane, mapped.Symbol, ct);

        var named = OrderPrices.OnTick(intent.Price, instrument);
        var (bid, ask) = (named, named);
        if (named is null || !session.Manifest.Capabilities.FillsAtReferencePrice)
        {
            (bid, ask) = (null, null);
            if (OrderPrices.NeedsQuote(intent))
            {
                var quote = await session.Connector.GetQuoteAsync(instrument.BrokerSymbol, ct);
                (bid, ask) = (quote.Bid, quote.Ask);
            }
        }
        var prices = OrderPrices.Resolve(intent, instrument, side, bid, ask);
        if (!prices.IsSound) throw new RefusedException(OrderCodes.SignalInvalid, prices.Errors.First().Value[0], prices.Errors);

        decimal qty;
        if (intent is { Qty: null, Size: null, Exactly: null } && defaultQty is { } open) qty = open;
        else
        {
            var rule = intent.Exactly is null ? intent.Size : null;
            var sized = OrderSize.Resolve(intent.Exactly ?? (intent.Qty * mapped.Factor), rule, new SizeFacts
            {
                Instrument = instrument,
                Multiplier = intent.Exactly is null ? intent.FactorOn(lane.Account.Multiplier) : 1,
                Equity = lane.Account.Equity ?? lane.Account.Balance,
                Rate = rule is null ? null : await money.RateAsync(lane, session, instrument, ct),
                Entry = prices.Entry,
                StopLoss = prices.StopLoss,
            });
            if (sized is SizeAnswer.Refused refused)
                throw new RefusedException(refused.Code, refused.Reason, AsSent(intent, refused.Errors));
            qty = ((SizeAnswer.Sized)sized).Quantity;
        }

        if (!await risk.AdmitAsync(lane, order, session, instrument, qty, prices, ct))
            return await store.FindAsync(order.Id, CancellationToken.None);
        var place = new PlaceOrder
        {
            ClientOrderId = order.ClientOrderId,
            Instrument = instrument,
            Side = side == TradeSide.Buy ? Side.Buy : Side.Sell,
            Type = intent.Type switch { TradeType.Limit => OrderType.Limit, TradeType.Stop => OrderType.Stop, _ => OrderType.Market },
            Quantity = qty,
            Price = prices.Price,
            StopLoss = prices.StopLoss,
            TakeProfit = prices.TakeProfit,
            ReferencePrice = prices.Entry ?? named,
        };
        var resolved = new ResolvedOrder
        {
            BrokerSymbol = instrument.BrokerSymbol,
            Side = side == TradeSide.Buy ? "BUY" : "SELL",
            Qty = qty,
            Price = prices.Price,
            StopLoss = prices.StopLoss,
            TakeProfit = prices.TakeProfit,
            PositionQty = await positions.NetAsync(lane, session.Manifest, instrument.BrokerSymbol, ct),
            AccountVersion = version,
        };
        var row = await send.RunAsync(lane, order, resolved, deadline => session.Connector.PlaceAsync(place, deadline));
        return row is { Status: OrderRow.Working or OrderRow.PartiallyFilled, Type: "MARKET" }
            ? await fills.OfOrderAsync(row, session) : row;
    }

    private static IReadOnlyDictionary<string, string[]> AsSent(TradeIntent intent, IReadOnlyDictionary<string, string[]> errors) =>
        intent.Target is null
            ? errors
            : errors.ToDictionary(error => error.Key == "intent.qty" ? "intent.position_size" : error.Key, error => error.Value);

    private async Task<Instrument> FindInstrumentAsync(Lane lane, string symbol, CancellationToken ct)
    {
        var lookup = await instruments.FindAsync(lane.Tenant, lane.AccountId, symbol, ct);
        if (lookup.Instrument is not { } instrument)
        {
            var problem = lookup.Problem ?? new SymbolProblem(SymbolProblem.Unknown, $"The broker has no symbol {symbol}.", []);
            throw new RefusedException(OrderCodes.Of(problem), problem.Words, "intent.symbol");
        }
        return instrument.IsTradable
            ? instrument
            : throw new RefusedException(OrderCodes.BrokerRejected, instrument.NotTradableReason ?? $"{symbol} cannot be traded now.",
                "intent.symbol");
    }
}
