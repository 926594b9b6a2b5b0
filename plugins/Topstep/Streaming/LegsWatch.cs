using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Streaming;

/// <summary>
/// Looks after legs that outlive their position: those of a close whose own look did not prove them gone (a lost answer, a crash), and
/// those of a position that somebody else closed. There the brackets' own machinery has a moment first.
/// </summary>
internal sealed class LegsWatch(AccountSession session)
{
    private static readonly TimeSpan OthersFirst = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OwnCloseFirst = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<DueLegs, (DateTimeOffset At, bool OnlyKnown)> planned = [];

    /// <summary>A position has gone.</summary>
    public void Closed(WirePosition position, IEnumerable<WireOrder> orders)
    {
        var side = Wires.SideOf(position);
        if (orders.Any(order => order.ContractId == position.ContractId && Wires.Works(order) && Wires.SideOf(order.Side) != side
            && session.Sightings.IsKnownLeg(order)))
            planned.TryAdd(new DueLegs(position.ContractId, side), (session.Clock.GetUtcNow() + OthersFirst, true));
    }

    public async Task TickAsync(DateTimeOffset now, CancellationToken ct)
    {
        foreach (var due in await session.LegsDue.ListAsync(ct))
            if (!planned.TryGetValue(due, out var plan) || plan.OnlyKnown) planned[due] = (now + OwnCloseFirst, false);
        foreach (var (due, plan) in planned.Where(entry => entry.Value.At <= now).ToList())
        {
            planned[due] = (now + Again, plan.OnlyKnown);
            // What the close command itself has proven meanwhile is done.
            if (!plan.OnlyKnown && !(await session.LegsDue.ListAsync(ct)).Contains(due)) planned.TryRemove(due, out _);
            else if (await FitLegsCommand.RunAsync(session, due, plan.OnlyKnown, ct))
            {
                planned.TryRemove(due, out _);
                if (!plan.OnlyKnown) await session.LegsDue.DoneAsync(due, ct);
            }
        }
    }
}
