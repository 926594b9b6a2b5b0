using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker;

/// <summary>The other side of the simulator: what tests and people use to move prices, break things and look at the books. Described in README.md.</summary>
internal sealed class ControlEndpoints(World world, Orders orders, Listener listener)
{
    private sealed record PriceSetting(string Symbol, decimal? Bid, decimal? Ask, bool Freeze = true);
    private sealed record Walk(bool Enabled, string? Symbol);
    private sealed record SessionSetting(string Mode, string Symbol = "*");
    private sealed record Password(string Email, string NewPassword, string Server = "SIM");
    private sealed record AccountSetting(decimal? Balance, string? Status);
    private sealed record HandOrder(long Account, string Symbol, string Side, decimal Qty, string? StrategyId, decimal? StopLoss, decimal? TakeProfit);
    private sealed record Outage(double Seconds);

    public void Map(IEndpointRouteBuilder sim)
    {
        sim.MapGet("/health", () => Results.Ok(new { status = "ok", broker = "tradelocker" }));
        sim.MapPost("/reset", () => Do(world.Reset));
        sim.MapGet("/prices", Prices);
        sim.MapPost("/price", SetPrice);
        sim.MapPost("/walk", SetWalk);
        sim.MapGet("/faults", () => world.Faults.List());
        sim.MapPost("/faults", (Fault fault) => Results.Ok(new { id = world.Faults.Arm(fault) }));
        sim.MapDelete("/faults", () => Do(world.Faults.Clear));
        sim.MapDelete("/faults/{id:int}", (int id) => world.Faults.Disarm(id) ? Results.NoContent() : Results.NotFound());
        sim.MapGet("/switches", () => world.Switches);
        sim.MapPost("/switches", SetSwitchesAsync);
        sim.MapPost("/session", (SessionSetting setting) => Do(() => world.Sessions[setting.Symbol] = setting.Mode));
        sim.MapGet("/ledger", (string? account, string? strategyId, string? user) => world.Ledger.Entries(account, strategyId, user));
        sim.MapGet("/calls", (string? account, string? user) => world.Calls.Report(account, user));
        sim.MapDelete("/calls", () => Do(world.Calls.Reset));
        sim.MapGet("/accounts", (string? user) => Accounts(user));
        sim.MapPost("/accounts/{id:long}", SetAccount);
        sim.MapPost("/password", SetPassword);
        sim.MapPost("/tokens/expire", () => Do(() => world.Tokens.VoidBefore = world.Now));
        sim.MapPost("/positions", OpenByHand);
        sim.MapDelete("/positions/{id:long}", CloseByHand);
        sim.MapPost("/down", GoDown);
    }

    private IResult Do(Action action)
    {
        lock (world.Gate) action();
        return Results.NoContent();
    }

    private object Prices()
    {
        lock (world.Gate)
            return world.Prices.Symbols.ToDictionary(symbol => symbol, symbol => new { world.Prices[symbol].Bid, world.Prices[symbol].Ask, frozen = world.Prices.IsFrozen(symbol) });
    }

    private IResult SetPrice(PriceSetting setting)
    {
        lock (world.Gate)
        {
            if (!world.Prices.Knows(setting.Symbol)) return Results.NotFound(new { error = $"{setting.Symbol} is not simulated" });
            world.Prices.Set(setting.Symbol, setting.Bid, setting.Ask, setting.Freeze);
            orders.Beat();
            var quote = world.Prices[setting.Symbol];
            return Results.Ok(new { quote.Bid, quote.Ask, frozen = setting.Freeze });
        }
    }

    private IResult SetWalk(Walk walk)
    {
        lock (world.Gate)
        {
            if (walk.Symbol is null) world.Prices.Walking = walk.Enabled;
            else if (world.Prices.Knows(walk.Symbol)) world.Prices.Freeze(walk.Symbol, !walk.Enabled);
            else return Results.NotFound(new { error = $"{walk.Symbol} is not simulated" });
        }
        return Results.NoContent();
    }

    // Only what is named changes.
    private async Task<IResult> SetSwitchesAsync(HttpRequest request)
    {
        var changes = await System.Text.Json.Nodes.JsonNode.ParseAsync(request.Body);
        if (changes is not System.Text.Json.Nodes.JsonObject named) return Results.BadRequest(new { error = "an object of switches is expected" });
        lock (world.Gate)
        {
            var all = System.Text.Json.JsonSerializer.SerializeToNode(world.Switches, System.Text.Json.JsonSerializerOptions.Web)!.AsObject();
            foreach (var (name, value) in named)
            {
                if (!all.ContainsKey(name)) return Results.BadRequest(new { error = $"there is no switch '{name}'", switches = all.Select(pair => pair.Key) });
                all[name] = value?.DeepClone();
            }
            world.Switches = System.Text.Json.JsonSerializer.Deserialize<Switches>(all, System.Text.Json.JsonSerializerOptions.Web)!;
            return Results.Ok(world.Switches);
        }
    }

    private object[] Accounts(string? user)
    {
        lock (world.Gate)
        {
            return [.. world.Accounts.Values.Where(account => user is null || string.Equals(account.User.Email, user, StringComparison.OrdinalIgnoreCase)).Select(account =>
            {
                var sums = orders.Valuation.Of(account);
                return (object)new
                {
                    id = account.Key, account.AccNum, user = account.User.Email, account.User.Server, account.Currency, account.Balance, sums.Equity, sums.Margin,
                    positions = account.Positions.Select(position => new
                    {
                        id = $"{position.Id}", symbol = position.Listing.Name, position.Side, position.Qty, position.AvgPrice, position.StrategyId,
                        stopLoss = position.StopLoss?.StopPrice, takeProfit = position.TakeProfit?.Price, pnl = orders.Valuation.OpenPnL(account, position),
                    }).ToArray(),
                    workingOrders = account.Working.Count(order => order.Leg is Leg.None),
                };
            })];
        }
    }

    private IResult SetAccount(long id, AccountSetting setting)
    {
        lock (world.Gate)
        {
            if (!world.Accounts.TryGetValue(id, out var account)) return Results.NotFound();
            account.Balance = setting.Balance ?? account.Balance;
            account.Status = setting.Status ?? account.Status;
        }
        return Results.NoContent();
    }

    // The user's tokens end with the old password.
    private IResult SetPassword(Password change)
    {
        lock (world.Gate)
        {
            if (world.FindUser(change.Email, change.Server) is not { } user) return Results.NotFound();
            user.Password = change.NewPassword;
            user.Epoch++;
        }
        return Results.NoContent();
    }

    private IResult OpenByHand(HandOrder hand)
    {
        lock (world.Gate)
        {
            if (!world.Accounts.TryGetValue(hand.Account, out var account)) return Results.NotFound(new { error = $"there is no account {hand.Account}" });
            if (Array.Find(world.Listings[account.User.Server], candidate => candidate.Name == hand.Symbol) is not { } listing) return Results.NotFound(new { error = $"{hand.Symbol} is not listed" });
            var reply = orders.Place(account, new OrderRequest
            {
                TradableInstrumentId = listing.TradableId, RouteId = listing.TradeRoute, Qty = hand.Qty, Side = hand.Side, Type = "market", Validity = "IOC",
                StopLoss = hand.StopLoss, TakeProfit = hand.TakeProfit, StrategyId = hand.StrategyId,
            }, "hand");
            return reply.OrderId is { } id
                ? Results.Ok(new { orderId = $"{id}", positionId = $"{account.History.Find(order => order.Id == id)?.PositionId}" })
                : Results.UnprocessableEntity(new { error = reply.Error });
        }
    }

    private IResult CloseByHand(long id, decimal? qty)
    {
        lock (world.Gate)
        {
            if (world.Accounts.Values.FirstOrDefault(candidate => candidate.Positions.Exists(position => position.Id == id)) is not { } account) return Results.NotFound();
            var reply = orders.Close(account, id, qty ?? 0);
            return reply.Error is { } error ? Results.UnprocessableEntity(new { error }) : Results.NoContent();
        }
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
