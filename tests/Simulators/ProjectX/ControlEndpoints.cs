using TradeFlow.Simulators.ProjectX.Engine;
using TradeFlow.Simulators.ProjectX.Hubs;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX;

/// <summary>What tests and people use to break things and look at the books. Described in README.md.</summary>
internal sealed class ControlEndpoints(World world, LiveSessions sessions, SharedControls shared)
{
    private sealed record AccountSetting(decimal? Balance, bool? CanTrade);
    private sealed record HandOrder(int Account, string Symbol, string Side, int Qty);

    public void Map(IEndpointRouteBuilder sim)
    {
        shared.Map(sim);
        sim.MapGet("/switches", () => world.Switches);
        sim.MapPost("/switches",
            (HttpRequest request) =>
                SwitchPatch.ApplyAsync(request, () => world.Switches, switches => world.Switches = switches, world.Gate));
        sim.MapGet("/accounts", (string? user) => Accounts(user));
        sim.MapPost("/accounts/{id:int}", SetAccount);
        sim.MapPost("/tokens/expire", () => shared.Do(world.EndSessions));
        sim.MapGet("/hubs", () => sessions.Connections);
        sim.MapPost("/hubs/disconnect", (string? user) => shared.Do(() => sessions.Abort(user)));
        sim.MapPost("/hubs/cut", (string? user) => shared.Do(() => sessions.Cut(user)));
        sim.MapPost("/hubs/close", (string? user) => shared.Do(() => sessions.Close(user)));
        sim.MapPost("/hubs/logout", LogOutAsync);
        sim.MapPost("/positions", TradeByHand);
    }

    // As the gateway does with a session that it has ended.
    private async Task<IResult> LogOutAsync(string? user)
    {
        if (world.Broadcast.UserHub is { } hub)
            foreach (var session in sessions.Live(user)) await Farewell.SayAsync(hub.Clients, session, "Session ended");
        return Results.NoContent();
    }

    private object[] Accounts(string? user)
    {
        lock (world.Gate)
        {
            return [.. world.Accounts.Values.Where(
                account => user is null || string.Equals(account.User.Name, user, StringComparison.OrdinalIgnoreCase))
                .Select(account => (object)new
            {
                account.Id, account.Name, user = account.User.Name, account.Balance, account.CanTrade,
                positions = account.Positions.Values.Select(Views.Of).ToArray(),
                workingOrders = account.Orders.Where(order => order.Works).Select(Views.Of).ToArray(),
            })];
        }
    }

    private IResult SetAccount(int id, AccountSetting setting)
    {
        lock (world.Gate)
        {
            if (!world.Accounts.TryGetValue(id, out var account)) return Results.NotFound();
            account.Balance = setting.Balance ?? account.Balance;
            account.CanTrade = setting.CanTrade ?? account.CanTrade;
            world.Broadcast.Account(account);
        }
        return Results.NoContent();
    }

    // The account nets: the same call opens, turns and closes.
    private IResult TradeByHand(HandOrder hand)
    {
        lock (world.Gate)
        {
            if (!world.Accounts.TryGetValue(hand.Account, out var account))
                return Results.NotFound(new { error = $"there is no account {hand.Account}" });
            if (Array.Find(world.Listed, candidate => candidate.Active
                && (candidate.Product.Ticker == hand.Symbol
                    || candidate.Id == hand.Symbol)) is not { } contract)
                return Results.NotFound(new { error = $"{hand.Symbol} is not listed" });
            var reply = world.Orders.Place(account.User,
                new OrderRequest { AccountId = account.Id, ContractId = contract.Id, Type = OrderTypes.Market, Side = hand.Side is "buy"
                    ? 0 : 1, Size = hand.Qty }, "hand");
            return reply.Code == 0 ? Results.Ok(new { orderId = reply.OrderId })
                : Results.UnprocessableEntity(new { errorCode = reply.Code, error = reply.Message });
        }
    }
}
