using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary>What the gateway showed at one moment.</summary>
internal sealed record Reading(DateTimeOffset At, IReadOnlyList<WirePosition> Positions, IReadOnlyList<WireOrder> Orders, IReadOnlyList<WireTrade> Trades, WireAccount Account);

/// <summary>Positions, working orders, trades and money. It is all there or it throws.</summary>
internal sealed class AccountStateQuery(AccountSession session)
{
    public async Task<BrokerState> RunAsync(StateWindow window, CancellationToken ct) => await ToStateAsync(await ReadAsync(window, ct), ct);

    public async Task<Reading> ReadAsync(StateWindow window, CancellationToken ct)
    {
        var at = session.Clock.GetUtcNow();
        var positions = session.Calls.PositionsAsync(ct);
        var orders = session.Calls.OpenOrdersAsync(ct);
        var account = AccountAsync(ct);
        await Task.WhenAll(positions, orders, account);
        // After the positions, so that a fill that a position shows is never missing.
        var trades = await session.Calls.TradesAsync(window.Since ?? TradingDay.StartOf(at), ct);
        var reading = new Reading(at, [.. (await positions).Where(position => position.Size > 0)], await orders, [.. trades.Where(trade => trade.Voided is not true)], await account);
        session.Sightings.See(reading.Positions);
        session.Sightings.See(reading.Orders);
        session.Sightings.See(reading.Trades);
        session.Show(reading.Positions);
        return reading;
    }

    public async Task<BrokerState> ToStateAsync(Reading reading, CancellationToken ct)
    {
        List<PositionReport> positions = [];
        foreach (var position in reading.Positions) positions.Add(await ReportAsync(position, reading.Orders, ct));
        return new BrokerState
        {
            At = reading.At,
            Positions = positions,
            OpenOrders = [.. reading.Orders.Where(Wires.IsOpen).Select(order => OrderOf(order, reading.Positions))],
            Fills = [.. reading.Trades.OrderBy(trade => trade.Id).Select(FillOf)],
            Account = Money(reading.Account, positions),
        };
    }

    public async Task<AccountSnapshot> AccountOnlyAsync(CancellationToken ct) => Money(await AccountAsync(ct), null)
        ?? throw new ConnectorException(ConnectorErrorKind.Protocol, "Topstep told no balance of this account.");

    public FillReport FillOf(WireTrade trade) => Reports.OfTrade(trade, session.Sightings.PositionOf(trade), session.Sightings.OpeningFeePerContract(trade.ContractId));

    public OrderReport OrderOf(WireOrder order, IReadOnlyList<WirePosition> open)
    {
        var protection = session.Sightings.IsProtection(order, open);
        var position = protection ? open.FirstOrDefault(row => row.ContractId == order.ContractId) : null;
        return Reports.OfOrder(order, position is null ? null : Wires.IdOf(position.Id), protection);
    }

    /// <summary>A position with the newest price at hand, and the legs that protect it.</summary>
    public async Task<PositionReport> ReportAsync(WirePosition position, IEnumerable<WireOrder> orders, CancellationToken ct)
    {
        var quote = await session.Prices.GlanceAsync(position.ContractId, ct);
        var side = Wires.SideOf(position);
        var price = side is Side.Buy ? quote?.Bid : quote?.Ask;
        var contract = price is null ? null : await ContractAsync(position.ContractId, ct);
        var legs = orders.Where(order => order.ContractId == position.ContractId && Wires.Works(order) && session.Sightings.IsProtection(order, [position])).OrderByDescending(order => order.Id).ToList();
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

    /// <summary>Equity only where every open position has a price: a part of it would be a wrong number. Null where the gateway told no balance.</summary>
    public static AccountSnapshot? Money(WireAccount account, IReadOnlyList<PositionReport>? positions) => account.Balance is not { } balance ? null : new()
    {
        Currency = "USD",
        Balance = balance,
        Equity = positions is not null && positions.All(position => position.UnrealizedPnl is not null) ? balance + positions.Sum(position => position.UnrealizedPnl ?? 0) : null,
        // Not told is not forbidden.
        CanTrade = account.CanTrade ?? true,
    };

    private async Task<WireContract?> ContractAsync(string id, CancellationToken ct)
    {
        try
        {
            return session.Catalogue.Known(id) ?? await session.Catalogue.ByIdAsync(id, ct);
        }
        catch (ConnectorException)
        {
            // Where things stand is told without a profit rather than not at all.
            return null;
        }
    }

    private async Task<WireAccount> AccountAsync(CancellationToken ct) =>
        (await session.Calls.AccountsAsync(onlyActive: false, ct)).FirstOrDefault(account => account.Id == session.AccountId)
        ?? throw new ConnectorException(ConnectorErrorKind.Permission, "Topstep no longer shows this account behind the API key.");
}
