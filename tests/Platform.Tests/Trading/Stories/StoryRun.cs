using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Trading.Stories;

/// <summary>A promise that was broken.</summary>
internal sealed class BrokenPromise(string words) : Exception(words);

/// <summary>
/// Two workers on one database and one broker, on which stories run side by side, each with an account of its own: the real lanes, the real
/// PostgreSQL, a ledger at the broker that nobody of them writes.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    public required ApiFixture? Api { get; init; }
    public required IReadOnlyList<TradingRig> Workers { get; init; }

    /// <summary>Of each account, once it has met its lane.</summary>
    public required ConcurrentDictionary<ScriptedAccount, Venue> Venues { get; init; }

    public TradingRig One => Workers[0];

    /// <summary>What the stories came to, so that one sees whether they went where they should.</summary>
    public ConcurrentDictionary<string, int> Counts { get; } = new();

    public void Count(string what) => Counts.AddOrUpdate(what, 1, (_, before) => before + 1);

    public string Summary =>
        string.Join(", ", Counts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}: {one.Value}"));

    /// <param name="api">Where people press the stop; <c>null</c> leaves the stops out.</param>
    public static async Task<Stage> OpenAsync(PlatformFixture platform, ApiFixture? api, bool pushes)
    {
        ConcurrentDictionary<ScriptedAccount, Venue> venues = new();
        var broker = new ScriptedBroker { Front = scripted => venues[scripted] };
        broker.Manifest = broker.Manifest with
        {
            Capabilities = broker.Manifest.Capabilities with { Stream = pushes ? "push" : "poll" },
            Lookup = broker.Manifest.Lookup with { SettleSeconds = 1 },
        };
        return new Stage
        {
            Api = api, Venues = venues,
            Workers = [await TradingRig.StartAsync(platform, broker), await TradingRig.StartAsync(platform, broker)],
        };
    }

    /// <returns>What was broken; <c>null</c> when all held.</returns>
    public async Task<string?> RunAsync(Story story)
    {
        try
        {
            await new StoryRun(this, story).RunAsync();
            return null;
        }
        catch (Exception e) when (e is BrokenPromise or TimeoutException)
        {
            return e.Message;
        }
        catch (NpgsqlException e) when (DatabaseFault.Passes(e))
        {
            // PostgreSQL did not answer the teller: nothing is known of how it went on.
            Count($"not told to its end ({e.GetType().Name})");
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in Workers) await worker.DisposeAsync();
    }
}

/// <summary>Tells a story to the lane of an account, waits until it is quiet, and compares the books with the broker's ledger.</summary>
internal sealed class StoryRun(Stage stage, Story story)
{
    // Nothing is measured by it: so long nobody waits who is not lost.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Valid = TimeSpan.FromMinutes(10);
    private readonly TradingRig rig = stage.One;
    private readonly List<OrderId> recorded = [];
    private readonly Dictionary<OrderId, bool> claimedByDead = [];
    private TestAccount account = null!; // set first in RunAsync
    private Venue venue = null!; // set first in RunAsync
    private Person? person;
    private Task<DateTimeOffset>? stop;

    public async Task RunAsync()
    {
        if (stage.Api is { } api && story.Steps.OfType<Step.Stop>().Any()) person = await Person.SignUpAsync(api);
        account = await rig.AccountAsync(scripted => stage.Venues[scripted] = venue = new Venue(scripted), tenant: person?.TenantId);
        await UntilAsync(() => Task.FromResult(stage.Workers.Any(worker => worker.Host.Holds(account.Id.Value))),
            "the lane has never begun");

        foreach (var step in story.Steps) await TellAsync(step);
        venue.Hides = false;
        await UntilAsync(IsQuietAsync, async () => $"orders have no end: {await rig.ScalarAsync<string>($"""
            select coalesce(string_agg(concat_ws(' ', id, action, status, reject_code), ', ' order by seq), 'none') from trading.orders
            where account_id = '{account.Id}' and status not in ('FILLED', 'REJECTED', 'CANCELED')
            """)}");
        var stopped = stop is null ? (DateTimeOffset?)null : await stop.WaitAsync(Patience);
        await UntilAsync(AreBooksTrueAsync, async () =>
            $"the books are not the broker's. Fills: {await StoredAsync()}, at the broker: {Ledger()}. Positions: {await BookedAsync()}, at the broker: {Shown()}");
        await JudgeAsync(stopped);
    }

    private async Task TellAsync(Step step)
    {
        switch (step)
        {
            case Step.Enter enter:
                await SendAsync(Intents.Open(enter.Lots, enter.Buys ? TradeSide.Buy : TradeSide.Sell, enter.Symbol), enter.Reply);
                break;
            case Step.Close close:
                await SendAsync(Intents.Close(symbol: close.Symbol), close.Reply);
                break;
            case Step.Flatten:
                await SendAsync(Intents.Flatten, Reply.Fill);
                break;
            case Step.Overtake overtake:
                await OvertakeAsync(overtake.Symbol);
                break;
            case Step.NewEpoch:
                await rig.EpochAsync(account, "a worker far away");
                break;
            case Step.DeadWorker dead:
                await DieAsync(dead.HasSent);
                break;
            case Step.HandOver:
                foreach (var life in stage.Workers.Select(worker => worker.Host.LifeOf(account.Id.Value)).OfType<LaneLife>())
                    await life.EndAsync();
                break;
            case Step.ReadFaults faults:
                venue.FailReads(faults.Times);
                break;
            case Step.TellAgain:
                venue.TellAgain();
                break;
            case Step.Stop when person is not null:
                stop ??= StopAsync(person);
                break;
            case Step.Pause pause:
                await Task.Delay(pause.Ms);
                break;
        }
    }

    private async Task<OrderId> SendAsync(TradeIntent intent, Reply reply, bool wake = true)
    {
        var id = new OrderId(Guid.CreateVersion7());
        if (reply != Reply.Fill) venue.Replies[ClientOrderId.For(id)] = reply;
        recorded.Add(id);
        return await rig.SendAsync(account, intent, Valid, wake: wake, named: id);
    }

    private async Task OvertakeAsync(string symbol)
    {
        venue.Hides = true;
        var lost = await SendAsync(Intents.Open(symbol: symbol), Reply.LoseAnswer);
        await UntilAsync(async () => (await rig.RowAsync(lost)).Status is not (OrderRow.Pending or OrderRow.Sending),
            $"the entry {lost} is not sent");
        var waits = await SendAsync(Intents.Open(symbol: symbol), Reply.Fill);
        var exit = await SendAsync(Intents.Close(symbol: symbol), Reply.Fill);
        await UntilAsync(async () => (await rig.RowAsync(exit)).IsTerminal, $"the exit {exit} does not pass");
        if ((await rig.RowAsync(waits)).RejectCode == OrderCodes.PreviousUnknown)
            throw new BrokenPromise($"the exit {exit} has waited for the entry {waits}");
        venue.Hides = false;
    }

    private async Task DieAsync(bool hasSent)
    {
        var id = await SendAsync(Intents.Open(), Reply.Fill, wake: false);
        var row = await rig.RowAsync(id);
        var (claim, asked) = (Claim.Fenced, 0L);
        // Nobody has it among the living, so that its lane soon begins elsewhere.
        for (var at = 0; claim == Claim.Fenced && at < 20; at++)
        {
            var epoch = await rig.EpochAsync(account, "a worker far away");
            asked = Stopwatch.GetTimestamp();
            (claim, _) = await rig.Get<OrderClaims>()
                .ClaimAsync(row, epoch, new ResolvedOrder { BrokerSymbol = "EURUSD.R", Side = "BUY", Qty = 1 });
        }
        stage.Count($"claim of a dead worker {claim}");
        if (claim != Claim.Claimed) return;
        // As a lane does: what was confirmed too long ago is not sent.
        var sends = hasSent && Stopwatch.GetElapsedTime(asked) < LaneHold.Believed / 2;
        claimedByDead[id] = sends;
        if (sends)
            await venue.PlaceAsync(new PlaceOrder
            {
                ClientOrderId = row.ClientOrderId, Instrument = rig.Broker.Instruments["EURUSD"], Side = Side.Buy,
                Type = OrderType.Market, Quantity = 1,
            }, default);
    }

    private async Task<DateTimeOffset> StopAsync(Person by)
    {
        await by.PostAsync("/api/user/emergency_stop", new { account_id = account.Id.Value });
        return new DateTimeOffset(
            await rig.ScalarAsync<DateTime>($"select max(at) from trading.emergency_stops where tenant_id = '{account.Tenant}'"));
    }

    private async Task<bool> IsQuietAsync() => await rig.ScalarAsync<long>($"""
        select count(*) from trading.orders where account_id = '{account.Id}' and status not in ('FILLED', 'REJECTED', 'CANCELED')
        """) == 0;

    private async Task<bool> AreBooksTrueAsync() => await StoredAsync() == Ledger() && await BookedAsync() == Shown();

    private Task<string> StoredAsync() => rig.ScalarAsync<string>(
        $"select coalesce(string_agg(broker_fill_id || ':' || trim_scale(qty), ' ' order by broker_fill_id collate \"C\"), '') from trading.fills where account_id = '{account.Id}'");

    private string Ledger() => string.Join(' ', venue.Fills.OrderBy(fill => fill.BrokerFillId, StringComparer.Ordinal)
        .Select(fill => $"{fill.BrokerFillId}:{fill.Quantity:0.####}"));

    private Task<string> BookedAsync() => rig.ScalarAsync<string>($"""
        select coalesce(string_agg(broker_position_id || ':' || trim_scale(qty), ' ' order by broker_position_id collate "C"), '')
        from trading.positions where account_id = '{account.Id}' and status = 'OPEN'
        """);

    private string Shown() =>
        string.Join(' ', venue.Positions.OrderBy(position => position.BrokerPositionId, StringComparer.Ordinal)
            .Select(position => $"{position.BrokerPositionId}:{position.Quantity:0.####}"));

    private async Task JudgeAsync(DateTimeOffset? stopped)
    {
        var rows = (await rig.Orders.ListAsync(account.Id.Value, "true order by o.seq", default)).ToDictionary(row => row.ClientOrderId);
        foreach (var id in recorded)
            if (!rows.ContainsKey(ClientOrderId.For(id))) throw new BrokenPromise($"order {id} is lost");
        foreach (var calls in venue.Calls.GroupBy(call => call.ClientOrderId))
        {
            var attempts = calls.OrderBy(call => call.Begun).ToList();
            if (attempts.SkipLast(1).Any(call => call.Reply != Reply.NotSent))
                throw new BrokenPromise(
                    $"{Of(attempts[0])} was sent {attempts.Count} times: {string.Join(", ", attempts.Select(call => call.Reply))}");
        }
        foreach (var (id, hasSent) in claimedByDead)
            if (venue.Calls.Count(call => call.ClientOrderId == ClientOrderId.For(id)) > (hasSent ? 1 : 0))
                throw new BrokenPromise($"order {id} of an earlier epoch was sent again");
        foreach (var call in venue.Calls) stage.Count($"call {call.Reply}");
        foreach (var row in rows.Values)
        {
            stage.Count($"{row.Action} {row.Status} {row.RejectCode}".TrimEnd());
            var filled = venue.FilledOf(row.ClientOrderId);
            if (filled > 0 && (row.Status != OrderRow.Filled || row.FilledQty != filled))
                throw new BrokenPromise($"the broker filled {filled} of {row.Action} {row.Id}, which is shown as {row.Status} {row.FilledQty} {row.RejectCode}");
            if (filled == 0 && row is { IsEntry: true, Status: OrderRow.Filled })
                throw new BrokenPromise($"the broker never filled {row.Action} {row.Id}, which is shown as {row.Status}");
            if (row is { IsEntry: true, SentAt: { } sent } && sent > stopped + SendOnce.Deadline)
                throw new BrokenPromise($"{row.Action} {row.Id} was sent at {sent:O}, after the stop of {stopped:O}");
        }
        var inTurn = venue.Calls.Where(call => rows.ContainsKey(call.ClientOrderId)).OrderBy(call => call.Begun).ToList();
        for (var at = 1; at < inTurn.Count; at++)
        {
            foreach (var before in inTurn.Take(at).Where(before => before.Ended > inTurn[at].Begun))
            {
                var (earlier, later) = (rows[before.ClientOrderId], rows[inTurn[at].ClientOrderId]);
                // Legs of one exit leave side by side; an earlier epoch may still wait for its answer.
                if ((earlier.ParentId ?? earlier.Id) != (later.ParentId ?? later.Id) && earlier.Epoch == later.Epoch)
                    throw new BrokenPromise($"{Of(inTurn[at])} was sent while {Of(before)} was under way");
            }
        }

        string Of(Call call) => rows.TryGetValue(call.ClientOrderId, out var row)
            ? $"{row.Action} {row.Id}" : $"a {call.Kind} of nobody ({call.ClientOrderId})";
    }

    private static Task UntilAsync(Func<Task<bool>> holds, string words) => UntilAsync(holds, () => Task.FromResult(words));

    private static async Task UntilAsync(Func<Task<bool>> holds, Func<Task<string>> words)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience) throw new BrokenPromise(await words());
            await Task.Delay(100);
        }
    }
}
