using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker;

/// <summary>
/// The other side of the simulator: what tests and people use to break things and look at the books. Described in README.md.
/// </summary>
internal sealed class ControlEndpoints(World world, Orders orders, SharedControls shared)
{
    private sealed record SessionSetting(string Mode, string Symbol = "*");
    private sealed record Password(string Email, string NewPassword, string Server = "SIM");
    private sealed record AccountSetting(decimal? Balance, string? Status);
    private sealed record HandOrder(
        long Account, string Symbol, string Side, decimal Qty, string? StrategyId, decimal? StopLoss, decimal? TakeProfit);

    public void Map(IEndpointRouteBuilder sim)
    {
        shared.Map(sim);
        sim.MapGet("/switches", () => world.Switches);
        sim.MapPost("/switches",
            (HttpRequest request) =>
                SwitchPatch.ApplyAsync(request, () => world.Switches, switches => world.Switches = switches, world.Gate));
        sim.MapPost("/session", (SessionSetting setting) => shared.Do(() => world.Sessions[setting.Symbol] = setting.Mode));
        sim.MapGet("/accounts", (string? user) => Accounts(user));
        sim.MapPost("/accounts/{id:long}", SetAccount);
        sim.MapPost("/password", SetPassword);
        sim.MapPost("/tokens/expire", () => shared.Do(() => world.Tokens.VoidBefore = world.Now));
        sim.MapPost("/positions", OpenByHand);
        sim.MapDelete("/positions/{id:long}", CloseByHand);
    }

    private object[] Accounts(string? user)
    {
        lock (world.Gate)
        {
            return [.. world.Accounts.Values.Where(
                account => user is null || string.Equals(account.User.Email, user, StringComparison.OrdinalIgnoreCase))
                .Select(account =>
            {
                var sums = orders.Valuation.Of(account);
                return (object)new
                {
                    id = account.Key, account.AccNum, user = account.User.Email, account.User.Server, account.Currency,
                    account.Balance, sums.Equity,
                        sums.Margin,
                    positions = account.Positions.Select(position => new
                    {
                        id = $"{position.Id}", symbol = position.Listing.Name, position.Side, position.Qty, position.AvgPrice,
                        position.StrategyId,
                        stopLoss = position.StopLoss?.StopPrice, takeProfit = position.TakeProfit?.Price,
                        pnl = orders.Valuation.OpenPnL(account, position),
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
            if (!world.Accounts.TryGetValue(hand.Account, out var account))
                return Results.NotFound(new { error = $"there is no account {hand.Account}" });
            if (Array.Find(world.Listings[account.User.Server],
                candidate => candidate.Name == hand.Symbol) is not { } listing)
                return Results.NotFound(new { error = $"{hand.Symbol} is not listed" });
            var reply = orders.Place(account, new OrderRequest
            {
                TradableInstrumentId = listing.TradableId, RouteId = listing.TradeRoute, Qty = hand.Qty, Side = hand.Side, Type = "market",
                Validity = "IOC", StopLoss = hand.StopLoss, TakeProfit = hand.TakeProfit, StrategyId = hand.StrategyId,
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
            if (world.Accounts.Values.FirstOrDefault(candidate =>
                candidate.Positions.Exists(position => position.Id == id)) is not { } account) return Results.NotFound();
            var reply = orders.Close(account, id, qty ?? 0);
            return reply.Error is { } error ? Results.UnprocessableEntity(new { error }) : Results.NoContent();
        }
    }
}
