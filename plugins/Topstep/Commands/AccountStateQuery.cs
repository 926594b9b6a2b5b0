using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;
using TradeFlow.Plugins.Topstep.Streaming;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary>What the gateway showed at one moment.</summary>
internal sealed record Reading(
    DateTimeOffset At, IReadOnlyList<WirePosition> Positions, IReadOnlyList<WireOrder> Orders, IReadOnlyList<WireTrade> Trades,
    WireAccount Account);

/// <summary>Positions, working orders, trades and money. It is all there or it throws.</summary>
internal sealed class AccountStateQuery(AccountSession session)
{
    // The gateway shows at once what the hub tells a moment later.
    private static readonly TimeSpan KeepsUpWithin = TimeSpan.FromMilliseconds(150);

    public async Task<BrokerState> RunAsync(StateWindow window, CancellationToken ct)
    {
        var by = window.IsForExit ? RequestClass.ExitQuery : RequestClass.Query;
        var at = session.Clock.GetUtcNow();
        if (window.PositionsOnly)
        {
            var shown = await session.PositionsAsync(by, ct);
            session.Show(shown);
            var legs = session.Kept?.Orders ?? [];
            return new BrokerState { At = at, OpenOrders = [], Positions = [.. shown.Open.Select(position => Report(position, legs))] };
        }
        if (!window.IsForExit && await KeptAsync(at, window, ct) is { } kept) return kept;
        var since = session.Kept?.Moment ?? 0;
        var reading = await ReadAsync(window, by, ct);
        if (window.Since is null) session.Show(new Shown(reading.At, reading.Positions) { Whole = (reading, since) });
        await session.LearnAsync(reading.Positions, ct);
        return ToState(reading);
    }

    public async Task<Reading> ReadAsync(StateWindow window, RequestClass by, CancellationToken ct)
    {
        var at = session.Clock.GetUtcNow();
        var positions = session.PositionsAsync(by, ct);
        var orders = session.Calls.OpenOrdersAsync(by, ct);
        var account = AccountAsync(by, ct);
        await Task.WhenAll(positions, orders, account);
        // After the positions, so that a fill that a position shows is never missing.
        var trades = await session.TradesAsync(window.Since ?? TradingDay.StartOf(at), by, ct);
        session.Sightings.See(await orders);
        return new Reading(at, (await positions).Open, await orders, trades, await account);
    }

    public BrokerState ToState(Reading reading)
    {
        IReadOnlyList<PositionReport> positions = [.. reading.Positions.Select(position => Report(position, reading.Orders))];
        return new BrokerState
        {
            At = reading.At,
            Positions = positions,
            OpenOrders = [.. reading.Orders.Where(Wires.IsOpen).Select(order => OrderOf(order, reading.Positions))],
            Fills = [.. reading.Trades.OrderBy(trade => trade.Id).Select(FillOf)],
            Account = Money(reading.Account, positions),
        };
    }

    public async Task<AccountSnapshot> AccountOnlyAsync(CancellationToken ct) => Money(await AccountAsync(RequestClass.Query, ct), null)
        ?? throw new ConnectorException(ConnectorErrorKind.Protocol, "Topstep told no balance of this account.");

    public FillReport FillOf(WireTrade trade) =>
        Reports.OfTrade(trade, session.Sightings.PositionOf(trade), session.Sightings.OpeningFeePerContract(trade.ContractId));

    public OrderReport OrderOf(WireOrder order, IReadOnlyList<WirePosition> open)
    {
        var protection = session.Sightings.IsProtection(order, open);
        var position = protection ? open.FirstOrDefault(row => row.ContractId == order.ContractId) : null;
        return Reports.OfOrder(order, position is null ? null : Wires.IdOf(position.Id), protection);
    }

    /// <summary>A position with the newest price at hand, and the legs that protect it. Nothing is asked for it.</summary>
    public PositionReport Report(WirePosition position, IEnumerable<WireOrder> orders)
    {
        var quote = session.Prices.Glance(position.ContractId);
        var side = Wires.SideOf(position);
        var price = side is Side.Buy ? quote?.Bid : quote?.Ask;
        var contract = session.Catalogue.Known(position.ContractId);
        var legs = orders.Where(order => order.ContractId == position.ContractId && Wires.Works(order)
            && session.Sightings.IsProtection(order, [position])).OrderByDescending(order => order.Id).ToList();
        return new PositionReport
        {
            BrokerPositionId = Wires.IdOf(position.Id),
            BrokerSymbol = position.ContractId,
            Side = side,
            Quantity = position.Size,
            AveragePrice = position.AveragePrice ?? 0,
            CurrentPrice = price,
            UnrealizedPnl = price is { } now && contract is not null ? Reports.ProfitOf(contract, position, now) : null,
            StopLoss = legs.Find(Wires.IsStop)?.StopPrice,
            TakeProfit = legs.Find(order => !Wires.IsStop(order))?.LimitPrice,
            OpenedAt = position.CreationTimestamp,
            ClientOrderId = session.Sightings.TagOf(position),
        };
    }

    /// <summary>
    /// Equity only where every open position has a price: a part of it would be a wrong number. Null where the gateway told no balance.
    /// </summary>
    public static AccountSnapshot? Money(WireAccount account, IReadOnlyList<PositionReport>? positions) =>
        account.Balance is not { } balance ? null : new()
        {
            Currency = "USD",
            Balance = balance,
            Equity = positions is not null && positions.All(position => position.UnrealizedPnl is not null)
                ? balance + positions.Sum(position => position.UnrealizedPnl ?? 0) : null,
            // Not told is not forbidden.
            CanTrade = account.CanTrade ?? true,
        };

    // What the stream has read and heard is as good as another reading while the hub tells all and the positions, read anew, are the ones
    // that it has.
    private async Task<BrokerState?> KeptAsync(DateTimeOffset at, StateWindow window, CancellationToken ct)
    {
        var from = TradingDay.StartOf(at);
        if (window.Since < from || session.Kept is not { } book || book.Whole(at) is null) return null;
        var shown = await session.PositionsAsync(RequestClass.Query, ct);
        session.Show(shown);
        if (await book.WholeWithAsync(shown.Open, KeepsUpWithin, ct) is not { } now) return null;
        await session.LearnAsync(shown.Open, ct);
        return ToState(now with { At = at, Positions = shown.Open,
            Trades = [.. now.Trades.Where(trade => trade.CreationTimestamp >= (window.Since ?? from))] });
    }

    private async Task<WireAccount> AccountAsync(RequestClass by, CancellationToken ct) =>
        (await session.Calls.AccountsAsync(by, ct)).FirstOrDefault(account => account.Id == session.AccountId)
        ?? throw new ConnectorException(ConnectorErrorKind.Permission, "Topstep no longer shows this account behind the API key.");
}
