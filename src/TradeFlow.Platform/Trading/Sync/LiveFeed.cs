using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>Positions as the sockets hear of them (contract.md, Trading).</summary>
internal sealed class LiveFeed(LiveEvents live)
{
    /// <summary>Its price has moved, and nothing else.</summary>
    public void Priced(Lane lane, BookedPosition position) =>
        live.PublishTick(lane.Tenant, lane.AccountId, position.Id, MovedJson(position));

    public void Updated(Lane lane, BookedPosition position) => Publish(lane, position.Id, MovedJson(position));

    public void Opened(Lane lane, BookedPosition position) =>
        Publish(lane, position.Id, JsonSerializer.Serialize(new PositionOpened("opened", new PositionView
        {
            Id = position.Id,
            AccountId = lane.AccountId.Value,
            Broker = lane.Account.Broker,
            Symbol = position.Symbol,
            Side = position.Side == Side.Buy ? "BUY" : "SELL",
            Qty = position.Quantity,
            AvgPrice = position.AveragePrice,
            CurrentPrice = position.CurrentPrice,
            Pnl = position.Pnl,
            PnlPercent = position.PnlPercent,
            StopLoss = position.StopLoss,
            TakeProfit = position.TakeProfit,
            OpenedAt = position.OpenedAt,
            Status = "OPEN",
        }), LiveJson.Default.PositionOpened));

    public void Closed(Lane lane, Guid position, decimal? pnl) =>
        Publish(lane, position, JsonSerializer.Serialize(new PositionClosed("closed", position, pnl), LiveJson.Default.PositionClosed));

    private static string MovedJson(BookedPosition position)
    {
        var moved = new PositionMoved("update", position.Id, position.CurrentPrice, position.Pnl, position.PnlPercent,
            position.Quantity, position.AveragePrice, position.StopLoss, position.TakeProfit);
        return JsonSerializer.Serialize(moved, LiveJson.Default.PositionMoved);
    }

    private void Publish(Lane lane, Guid position, string json) => live.PublishPosition(lane.Tenant, lane.AccountId, position, json);
}
