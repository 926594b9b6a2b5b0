using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary>
/// Makes the stops and targets of a contract fit what is still open. Closing a position leaves the legs of its bracket working there, and
/// one of them would open a new position later. Canceled or made smaller, then read again until it is proven.
/// </summary>
internal static partial class FitLegsCommand
{
    private const int Attempts = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="session">The account.</param>
    /// <param name="due">The contract, and the side of the position that was closed.</param>
    /// <param name="onlyKnown">Only what was seen waiting for its entry is surely a leg; for a position that somebody else closed nothing
    /// else is touched.</param>
    /// <param name="ct">Ends it; what is left stays due.</param>
    /// <returns>True when it is proven that no leg works that is too large.</returns>
    public static async Task<bool> RunAsync(AccountSession session, DueLegs due, bool onlyKnown, CancellationToken ct)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0) await Task.Delay(Pause * (1 << attempt), session.Clock, ct);
            var open = await session.Calls.OpenOrdersAsync(RequestClass.ExitQuery, ct);
            session.Sightings.See(open);
            var candidates = open.Where(order => order.ContractId == due.ContractId && Wires.SideOf(order.Side) != due.ClosedSide
                && Wires.Works(order) && Wires.CanBeLeg(order)
                && (!onlyKnown || session.Sightings.IsKnownLeg(order))).ToList();
            if (candidates.Count == 0) return true;
            // Read after the orders: an entry that fills in between has its position here.
            var position = (await session.PositionsAsync(RequestClass.ExitQuery, ct))
                .Open.FirstOrDefault(row => row.ContractId == due.ContractId);
            var left = position is not null && Wires.SideOf(position) == due.ClosedSide ? position.Size : 0;
            var excess = Excess(candidates.Where(Wires.IsStop), left)
                .Concat(Excess(candidates.Where(order => !Wires.IsStop(order)), left)).ToList();
            if (excess.Count == 0) return true;
            // Together: one that hangs must not keep the others working.
            await Task.WhenAll(excess.Select(leg => ShrinkAsync(session, leg.Order, leg.Size, ct)));
        }
        LogLeft(session.Log, due.ContractId);
        return false;
    }

    // The newest legs belong to what is still open.
    private static IEnumerable<(WireOrder Order, int Size)> Excess(IEnumerable<WireOrder> legs, int left)
    {
        foreach (var leg in legs.OrderByDescending(order => order.Id))
        {
            var working = leg.Size - (leg.FillVolume ?? 0);
            var may = Math.Min(working, left);
            left -= may;
            if (may < working) yield return (leg, may);
        }
    }

    private static async Task ShrinkAsync(AccountSession session, WireOrder leg, int size, CancellationToken ct)
    {
        try
        {
            _ = size == 0
                ? await session.Calls.CancelAsync(leg.Id, ct)
                : await session.Calls.ShrinkAsync(leg.Id, size + (leg.FillVolume ?? 0), ct);
        }
        catch (Exception e) when (e is HttpRequestException or RequestNotSentException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // Whether it arrived is told by the next look, and cancelling twice opens nothing.
        }
    }

    [LoggerMessage(5303, LogLevel.Error, "Legs in {Contract} still work after their position was closed")]
    private static partial void LogLeft(ILogger log, string contract);
}
