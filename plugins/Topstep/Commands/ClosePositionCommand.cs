using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary>
/// <c>closeContract</c> or <c>partialCloseContract</c>, once. Not an order of ours in the other direction: if the position were gone by
/// then, that would open a new one. What is not seen closed in time stays unknown and is settled by <see cref="FindOrderQuery"/>.
/// </summary>
internal static class ClosePositionCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan JustLooked = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);
    private static readonly int[] Pauses = [30, 80, 150, 300, 600, 900, 900];

    public static async Task<OrderOutcome> RunAsync(AccountSession session, ClosePosition close, CancellationToken ct)
    {
        var (looked, position) = await PositionAsync(session, close, ct);
        if (looked && position is null) return new OrderOutcome.Rejected(RejectReason.PositionNotFound, "",
            $"Topstep shows no open position in {close.Instrument.BrokerSymbol} with this id.");
        if (close.Quantity is { } asked && asked != decimal.Truncate(asked))
            return new OrderOutcome.NotSent("Topstep trades whole contracts.");
        var part = close.Quantity is { } quantity && (position is null || quantity < position.Size) ? (int)quantity : (int?)null;
        // Of a ticker that has rolled meanwhile, the position is in the month in which it was opened.
        var contract = position?.ContractId ?? close.Instrument.BrokerSymbol;
        var due = new DueLegs(contract, close.PositionSide);
        var sent = new SentClose
        {
            ClientOrderId = close.ClientOrderId, PositionId = close.BrokerPositionId, BrokerSymbol = contract,
            PositionSide = close.PositionSide, Quantity = part ?? position?.Size, SentAt = session.Clock.GetUtcNow(),
            After = session.Sightings.HighestOrder,
        };
        await session.Closes.AddAsync(sent, ct);
        await session.LegsDue.AddAsync(due, ct);

        Answer answer;
        try
        {
            answer = await session.Calls.CloseAsync(contract, part, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return await EndedAsync(session, close, due, HttpOutcome.From(e), ct);
        }
        var refused = answer is Answer.Ok ? null : Outcomes.OfRefusal(answer, part is null ? ErrorCodes.Close : ErrorCodes.PartialClose);
        // A code that leaves it open ("OrderPending") is settled by a look as a rule.
        if (refused is not null && (refused is not OrderOutcome.Unknown || answer is not Answer.Refused))
            return await EndedAsync(session, close, due, refused, ct);
        var seen = await WatchAsync(session, close.ClientOrderId, ct);
        if (seen is { Status: OrderStatus.Filled })
        {
            if (part is null) session.Gone(close.BrokerPositionId);
            await ClearAsync(session, due, ct);
        }
        return seen is not null ? new OrderOutcome.Accepted(seen.BrokerOrderId,
            seen) : refused ?? new OrderOutcome.Unknown("Topstep accepted the close and has not shown its order yet.");
    }

    /// <summary>Takes the legs away that the close has left; what cannot be proven now stays due.</summary>
    private static async Task ClearAsync(AccountSession session, DueLegs due, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Settling, session.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            if (await FitLegsCommand.RunAsync(session, due, onlyKnown: false, both.Token)) await session.LegsDue.DoneAsync(due, both.Token);
        }
        catch (Exception e) when (e is ConnectorException or OperationCanceledException)
        {
            // The position is closed, and that is what the caller must hear. The stream goes on with the legs.
        }
    }

    // Whoever closes has looked for what is open a moment ago as a rule.
    private static async Task<(bool Looked, WirePosition? Position)> PositionAsync(
        AccountSession session, ClosePosition close, CancellationToken ct)
    {
        if (session.Newest is { } newest && session.Clock.GetUtcNow() - newest.Begun < JustLooked && session.Sightings.HighestOrder > 0
            && Find(newest) is { } known) return (true, known);
        using var patience = new CancellationTokenSource(Look, session.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            if (session.Sightings.HighestOrder == 0)
                session.Sightings.See(await session.Calls.OpenOrdersAsync(RequestClass.ExitQuery, both.Token));
            var shown = await session.PositionsAsync(RequestClass.ExitQuery, both.Token);
            session.Show(shown);
            return (true, Find(shown));
        }
        catch (Exception e) when (e is ConnectorException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // A way out is not held up by a look that fails.
            return (false, null);
        }

        WirePosition? Find(Shown shown) => shown.Open.FirstOrDefault(position => Wires.IdOf(position.Id) == close.BrokerPositionId);
    }

    private static async Task<OrderOutcome> EndedAsync(
        AccountSession session, ClosePosition close, DueLegs due, OrderOutcome outcome, CancellationToken ct)
    {
        if (outcome is not (OrderOutcome.Rejected or OrderOutcome.NotSent)) return outcome;
        await session.Closes.ForgetAsync(close.ClientOrderId, ct);
        await session.LegsDue.DoneAsync(due, ct);
        return outcome;
    }

    private static async Task<OrderReport?> WatchAsync(AccountSession session, string clientOrderId, CancellationToken ct)
    {
        OrderReport? seen = null;
        var key = new OrderKey { ClientOrderId = clientOrderId };
        foreach (var pause in Pauses)
        {
            // While there is a hub, the look itself waits for what it tells.
            if (!session.News.IsUp || seen is not null) await Task.Delay(TimeSpan.FromMilliseconds(pause), session.Clock, ct);
            try
            {
                if (await FindOrderQuery.RunAsync(session, key, RequestClass.ExitQuery, ct) is not OrderLookup.Found found) continue;
                seen = found.Report;
                if (seen.Status is not (OrderStatus.Working or OrderStatus.PartiallyFilled or OrderStatus.Unknown)) return seen;
            }
            catch (ConnectorException)
            {
                // The close was accepted; that a look failed changes nothing about it.
            }
        }
        return seen;
    }
}
