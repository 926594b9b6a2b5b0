using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Asks the rules that look at an entry when its size and its prices are known.</summary>
internal sealed class EntryRisk(PricedGate gate, AccountMoney money)
{
    /// <returns>False when it must not be sent; its row has ended then.</returns>
    public async Task<bool> AdmitAsync(
        Lane lane, OrderRow order, AccountSession session, Instrument instrument, decimal qty, PricePlan prices, CancellationToken ct)
    {
        if (!await gate.IsNeededAsync(lane.Account, ct)) return true;
        var rate = prices.StopLoss is null ? null : await money.RateAsync(lane, session, instrument, ct);
        if (await gate.AdmitAsync(lane.Account, order.Id, lane.Epoch, OrderSize.LossAtStop(instrument, qty, prices, rate), ct)) return true;
        lane.Forget(order.Id);
        return false;
    }
}
