namespace TradeFlow.Simulators.Shared;

/// <summary>What every simulated broker has.</summary>
public interface ISimulatedBroker
{
    Lock Gate { get; }
    PriceWalk Prices { get; }
    FaultBook Faults { get; }
    CallBook Calls { get; }
    Ledger Ledger { get; }
    void Reset();

    /// <summary>Fires what the prices trigger now. The caller holds the gate.</summary>
    void Trigger();
}

/// <summary>The part of the control API that is the same for all brokers; README.md describes it.</summary>
public sealed class SharedControls(string name, ISimulatedBroker broker, Listener listener, IEnumerable<string> faultKinds)
{
    private sealed record PriceSetting(string Symbol, decimal? Bid, decimal? Ask, bool Freeze = true);
    private sealed record Walk(bool Enabled, string? Symbol);
    private sealed record Outage(double Seconds);

    public void Map(IEndpointRouteBuilder sim)
    {
        sim.MapGet("/health", () => Results.Ok(new { status = "ok", broker = name }));
        sim.MapPost("/reset", () => Do(broker.Reset));
        sim.MapGet("/prices", Prices);
        sim.MapPost("/price", SetPrice);
        sim.MapPost("/walk", SetWalk);
        sim.MapGet("/faults", () => broker.Faults.List());
        sim.MapPost("/faults", Arm);
        sim.MapDelete("/faults", () => Do(broker.Faults.Clear));
        sim.MapDelete("/faults/{id:int}", (int id) => broker.Faults.Disarm(id) ? Results.NoContent() : Results.NotFound());
        sim.MapGet("/ledger", (string? account, string? strategyId, string? customTag, string? user) =>
            broker.Ledger.Entries(account, strategyId ?? customTag, user));
        sim.MapGet("/calls", (string? account, string? user) => broker.Calls.Report(account, user));
        sim.MapDelete("/calls", () => Do(broker.Calls.Reset));
        sim.MapPost("/down", GoDown);
    }

    // A fault with a misspelt kind would never strike, and the test would pass for no reason.
    private IResult Arm(Fault fault)
    {
        var known = FaultMiddleware.Kinds.Concat(faultKinds).ToArray();
        return known.Contains(fault.Kind) ? Results.Ok(new { id = broker.Faults.Arm(fault) })
            : Results.BadRequest(new { error = $"there is no fault '{fault.Kind}'", kinds = known });
    }

    public IResult Do(Action action)
    {
        lock (broker.Gate) action();
        return Results.NoContent();
    }

    private object Prices()
    {
        lock (broker.Gate)
            return broker.Prices.Symbols.ToDictionary(symbol => symbol,
                symbol => new { broker.Prices[symbol].Bid, broker.Prices[symbol].Ask, frozen = broker.Prices.IsFrozen(symbol) });
    }

    private IResult SetPrice(PriceSetting setting)
    {
        lock (broker.Gate)
        {
            if (!broker.Prices.Knows(setting.Symbol)) return Results.NotFound(new { error = $"{setting.Symbol} is not simulated" });
            broker.Prices.Set(setting.Symbol, setting.Bid, setting.Ask, setting.Freeze);
            broker.Trigger();
            var quote = broker.Prices[setting.Symbol];
            return Results.Ok(new { quote.Bid, quote.Ask, frozen = setting.Freeze });
        }
    }

    private IResult SetWalk(Walk walk)
    {
        lock (broker.Gate)
        {
            if (walk.Symbol is null) broker.Prices.Walking = walk.Enabled;
            else if (broker.Prices.Knows(walk.Symbol)) broker.Prices.Freeze(walk.Symbol, !walk.Enabled);
            else return Results.NotFound(new { error = $"{walk.Symbol} is not simulated" });
        }
        return Results.NoContent();
    }

    // Answered first; then the listener refuses connections for the given time.
    private IResult GoDown(Outage outage)
    {
        _ = OutageAsync(TimeSpan.FromSeconds(outage.Seconds));
        return Results.Accepted();
    }

    private async Task OutageAsync(TimeSpan length)
    {
        await Task.Delay(50);
        await listener.DownAsync();
        await Task.Delay(length);
        await listener.UpAsync();
    }
}
