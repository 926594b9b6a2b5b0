using System.Collections.Concurrent;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>
/// What trades cost. The hub tells commissions beside the fees; whether a search has them, and where, no source says. So the hub's word
/// holds for every trade that it told, and what searches were seen to leave out of a contract's trades is added to those that it did not.
/// </summary>
internal sealed class TradeCosts
{
    private const int Most = 5_000;

    private readonly ConcurrentDictionary<long, decimal> told = new();
    private readonly ConcurrentDictionary<string, decimal> leftOutPerContract = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A trade as the hub tells it.</summary>
    public void Hear(WireTrade trade)
    {
        if (trade.Commissions is null) return;
        if (told.Count > Most)
            foreach (var old in told.Keys.Order().Take(Most / 2)) told.TryRemove(old, out _);
        told[trade.Id] = Reports.CostOf(trade);
    }

    /// <summary>
    /// A trade that was searched for, with all that it cost where that is known: its commissions are then 0 beside its fees, and else not
    /// told.
    /// </summary>
    public WireTrade Complete(WireTrade found)
    {
        var shown = Reports.CostOf(found);
        if (told.TryGetValue(found.Id, out var known) && found.Size > 0)
            leftOutPerContract[found.ContractId] = (known - shown) / found.Size;
        else if (leftOutPerContract.TryGetValue(found.ContractId, out var more)) known = shown + (more * found.Size);
        else return found;
        return found with { Fees = known, Commissions = 0 };
    }
}
