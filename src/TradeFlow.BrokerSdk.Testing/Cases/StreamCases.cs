using System.Diagnostics;
using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class StreamCases
{
    private const string NoStreamFaults = "The manifest declares stream poll, or the venue double does not declare StreamFaults.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-H10", ConformanceLevel.L1, "The first item is the whole state", "A position.", "StreamAsync.", "Snapshot.",
            "The position is in it.", FirstIsSnapshot),
        Card("TC-H15", ConformanceLevel.L1, "A stream that starts again begins with the whole state", "A stream that was cancelled.",
            "StreamAsync again.", "Snapshot.", "It is the first item.", SecondStartsWithSnapshot),
        Card("TC-H20", ConformanceLevel.L1, "A fill is seen", "A stream.", "A market order.", "A Snapshot or Position with it.",
            "Symbol, side and quantity.", FillIsSeen),
        Card("TC-H25", ConformanceLevel.L1, "A close is seen", "A stream and a position.", "ClosePositionAsync.",
            "A Snapshot without it, or Position(Closed).", "The position is gone.", CloseIsSeen),
        Card("TC-H40", ConformanceLevel.L1, "Cancelling ends the stream", "A stream.", "Its token is cancelled.",
            "The end, or OperationCanceledException.", "Within five seconds, and nothing else is thrown.", CancelEnds),
        Card("TC-H50", ConformanceLevel.L2, "A broken read is never a flat account",
            "A stream and a position; every read is answered with 503.", "The clock goes on.", "ConnectorException, Gap, or silence.",
            "No Snapshot without the position, no Position(Closed).", BrokenIsNotFlat, "The venue has no HTTP endpoint."),
        Card("TC-H70", ConformanceLevel.L2, "An event that comes twice has one id", "The venue delivers each event twice.",
            "A market order.", "Fills or orders, any number of times.",
            "Different fills add up to the quantity, or the order is told as Filled, or a Snapshot follows.",
            s => DisturbedAsync(s, StreamFault.Duplicate), NoStreamFaults),
        Card("TC-H75", ConformanceLevel.L2, "Events in the wrong order add up", "The venue delivers last to first.", "A market order.",
            "Fills or orders.", "As TC-H70.", s => DisturbedAsync(s, StreamFault.OutOfOrder), NoStreamFaults),
        Card("TC-H80", ConformanceLevel.L2, "A fill may come before the answer", "The venue delivers the fill first.", "A market order.",
            "Fill, then Accepted.", "Both name the same order.", s => DisturbedAsync(s, StreamFault.EarlyFill), NoStreamFaults),
    ];

    private static async Task FirstIsSnapshot(CaseStage s)
    {
        var session = await s.OpenAsync();
        var (position, _, _) = await s.PositionAsync(session);
        await using var stream = new Watch(s, session);
        var first = RequireIs<AccountUpdate.Snapshot>(await stream.NextAsync(_ => true, "A stream has to tell the state."),
            "The first item is a Snapshot.");
        Require(first.State.Positions.Any(seen => seen.BrokerPositionId == position.BrokerPositionId),
            "The position is not in the Snapshot.");
    }

    private static async Task SecondStartsWithSnapshot(CaseStage s)
    {
        var session = await s.OpenAsync();
        await using (var first = new Watch(s, session)) _ = await first.NextAsync(_ => true, "A stream has to tell the state.");
        await using var second = new Watch(s, session);
        RequireIs<AccountUpdate.Snapshot>(await second.NextAsync(_ => true, "A stream has to tell the state."),
            "The first item of the second stream is a Snapshot.");
    }

    private static async Task FillIsSeen(CaseStage s)
    {
        var session = await s.OpenAsync();
        await using var stream = new Watch(s, session);
        _ = await stream.NextAsync(_ => true, "A stream has to tell the state.");
        var order = await s.MarketAsync(session);
        _ = await s.AcceptedAsync(session, order);
        await stream.NextAsync(update => Positions(update).Any(position => position.BrokerSymbol == order.Instrument.BrokerSymbol
            && position.Side == order.Side && position.Quantity == order.Quantity), "A filled order has to be seen in the stream.");
    }

    private static async Task CloseIsSeen(CaseStage s)
    {
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session);
        await using var stream = new Watch(s, session);
        _ = await stream.NextAsync(_ => true, "A stream has to tell the state.");
        _ = await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, order.Instrument), s.Ct));
        await stream.NextAsync(IsFlat, "A closed position has to be seen in the stream.");
    }

    private static async Task CancelEnds(CaseStage s)
    {
        var session = await s.OpenAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(s.Ct);
        var reading = ReadToEndAsync(session, end.Token);
        await end.CancelAsync();
        try
        {
            await reading.WaitAsync(TimeSpan.FromSeconds(5), s.Ct);
        }
        catch (OperationCanceledException)
        {
            // Right as well.
        }
        catch (TimeoutException)
        {
            Fail("The stream goes on five seconds after it was cancelled.");
        }
    }

    private static async Task ReadToEndAsync(IBrokerConnector session, CancellationToken ct)
    {
        await foreach (var _ in session.StreamAsync(ct).WithCancellation(ct).ConfigureAwait(false))
        {
        }
    }

    private static async Task BrokenIsNotFlat(CaseStage s)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        _ = await s.PositionAsync(session);
        await using var stream = new Watch(s, session);
        _ = await stream.NextAsync(_ => true, "A stream has to tell the state.");
        _ = s.Http.Arm(HttpFault.Busy503, FaultScope.Queries);
        try
        {
            // A read may have been on its way, so the first items may still be whole.
            for (var look = 0; look < 5; look++)
            {
                if (await stream.TryNextAsync(TimeSpan.FromSeconds(1)) is not { } update) return;
                Require(!IsFlat(update), "The reads fail, and the stream tells that the position is gone.");
                if (update is AccountUpdate.Gap) return;
            }
        }
        catch (ConnectorException)
        {
            // The host starts the stream again.
        }
    }

    private static async Task DisturbedAsync(CaseStage s, StreamFault fault)
    {
        SkipUnless(s.Manifest.Capabilities.Stream is "push" && s.Venue.Powers.HasFlag(VenuePowers.StreamFaults), NoStreamFaults);
        var session = await s.OpenAsync();
        await using var stream = new Watch(s, session);
        _ = await stream.NextAsync(_ => true, "A stream has to tell the state.");
        await s.Venue.DisturbStreamAsync(fault, s.Ct);
        var order = await s.MarketAsync(session);
        var placing = s.AcceptedAsync(session, order);
        Dictionary<string, FillReport> fills = new(StringComparer.Ordinal);
        HashSet<string> orders = new(StringComparer.Ordinal);
        var isTold = false;
        bool Look(AccountUpdate update)
        {
            if (update is AccountUpdate.Fill { Report: var fill } && fill.BrokerSymbol == order.Instrument.BrokerSymbol)
            {
                fills[fill.BrokerFillId] = fill;
                orders.Add(fill.BrokerOrderId);
            }
            if (update is AccountUpdate.Order { Report: { Status: OrderStatus.Filled } report }
                && report.ClientOrderId == order.ClientOrderId)
            {
                orders.Add(report.BrokerOrderId);
                isTold = true;
            }
            isTold |= update is AccountUpdate.Snapshot && Positions(update).Any()
                || fills.Values.Sum(seen => seen.Quantity) >= order.Quantity;
            return isTold || Positions(update).Any();
        }
        await stream.NextAsync(Look, "The fill has to be seen in the stream.");
        // What else the feed has to say of it.
        while (await stream.TryNextAsync(TimeSpan.FromMilliseconds(500)) is { } more && fills.Count < 100) _ = Look(more);
        Require(isTold, "A position was told, and of the order or its fill nothing.");
        var accepted = await placing;
        Require(fills.Values.Sum(seen => seen.Quantity) <= order.Quantity,
            $"{order.Quantity} was ordered, the fills of the stream add up to {fills.Values.Sum(seen => seen.Quantity)}.");
        Require(orders.All(id => id == accepted.BrokerOrderId),
            $"The answer names {accepted.BrokerOrderId}, the stream {string.Join(", ", orders)}.");
    }

    private static IEnumerable<PositionReport> Positions(AccountUpdate update) => update switch
    {
        AccountUpdate.Snapshot { State.Positions: var positions } => positions,
        AccountUpdate.Position { Closed: false, Report: var position } => [position],
        _ => [],
    };

    private static bool IsFlat(AccountUpdate update) =>
        update is AccountUpdate.Snapshot { State.Positions.Count: 0 } or AccountUpdate.Position { Closed: true };

    /// <summary>Reads a stream while the clock is put forward.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
        private readonly CaseStage stage;
        private readonly CancellationTokenSource end;
        private readonly IAsyncEnumerator<AccountUpdate> updates;
        private Task<bool>? moving;

        public Watch(CaseStage stage, IBrokerConnector session)
        {
            this.stage = stage;
            end = CancellationTokenSource.CreateLinkedTokenSource(stage.Ct);
            updates = session.StreamAsync(end.Token).GetAsyncEnumerator(end.Token);
        }

        public async Task<AccountUpdate> NextAsync(Func<AccountUpdate, bool> wanted, string otherwise)
        {
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < Patience)
            {
                if (await TryNextAsync(Patience - watch.Elapsed) is not { } update) break;
                if (wanted(update)) return update;
            }
            throw new CaseFailedException($"{otherwise} It did not within {Patience.TotalSeconds:0} s.");
        }

        /// <returns>The next item, or <c>null</c> when there is none in that time or the stream has ended.</returns>
        public async Task<AccountUpdate?> TryNextAsync(TimeSpan within)
        {
            var watch = Stopwatch.StartNew();
            moving ??= updates.MoveNextAsync().AsTask();
            while (!moving.IsCompleted)
            {
                if (watch.Elapsed > within) return null;
                await Task.WhenAny(moving, Task.Delay(TimeSpan.FromMilliseconds(25), stage.Ct));
                if (!moving.IsCompleted) stage.Clock.Advance(TimeSpan.FromMilliseconds(250));
            }
            var more = await moving;
            moving = null;
            return more ? updates.Current : null;
        }

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            try
            {
                if (moving is not null) _ = await moving.WaitAsync(TimeSpan.FromSeconds(5));
                await updates.DisposeAsync();
            }
            catch (Exception)
            {
                // How a stream ends has a case of its own.
            }
            end.Dispose();
        }
    }
}
