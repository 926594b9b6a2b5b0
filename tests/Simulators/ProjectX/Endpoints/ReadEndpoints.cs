using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX.Endpoints;

/// <summary>Searches. Everything is a POST.</summary>
internal sealed class ReadEndpoints(World world)
{
    private const int NotFound = 1;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/Account/search", Accounts).WithMetadata(new Operation("ACCOUNTS"));
        api.MapPost("/Contract/search", SearchContracts).WithMetadata(new Operation("CONTRACT_SEARCH"));
        api.MapPost("/Contract/searchById", ContractById).WithMetadata(new Operation("CONTRACT_BY_ID"));
        api.MapPost("/Contract/available", AvailableContracts).WithMetadata(new Operation("CONTRACT_AVAILABLE"));
        api.MapPost("/Order/search",
            context => Searched(context, "orders", "startTimestamp", (account, from, to) => Shown(account)
                .Where(order => order.Created >= from && order.Created <= to).Select(Views.Of)))
            .WithMetadata(new Operation("ORDER_SEARCH"));
        api.MapPost("/Order/searchOpen",
            context => Searched(context, "orders", null, (account, _, _) => Shown(account)
                .Where(order => order.Status is Status.Open or Status.Pending or Status.Suspended).Select(Views.Of)))
                    .WithMetadata(new Operation("ORDER_SEARCH_OPEN"));
        api.MapPost("/Position/searchOpen",
            context => Searched(context, "positions", null,
                (account, _, _) => account.Positions.Values.Where(position => position.VisibleAt <= world.Now)
                    .Select(Views.Of))).WithMetadata(new Operation("POSITION_SEARCH"));
        api.MapPost("/Trade/search",
            context => Searched(context, "trades", "",
                (account, from, to) => account.Trades.Where(trade => trade.Created >= from && trade.Created <= to && Shown(account, trade))
                    .Select(trade => TradeView.Searched(trade, world.Switches.SearchedCommissions))))
                    .WithMetadata(new Operation("TRADE_SEARCH"));
        api.MapPost("/History/retrieveBars", Bars).WithMetadata(new Operation("BARS"));
    }

    private IResult Accounts(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        var onlyActive = fields.Bool("onlyActiveAccounts");
        if (fields.Problem is { } problem) return problem;
        lock (world.Gate)
        {
            var accounts = Gatekeeper.User(context).Accounts.Where(account => !onlyActive || account.CanTrade).Select(Views.Of).ToArray();
            return Results.Ok(new { accounts, success = true, errorCode = 0, errorMessage = (string?)null });
        }
    }

    private IResult SearchContracts(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        fields.Bool("live", required: !world.Switches.LenientLive);
        var text = fields.OptionalText("searchText") ?? "";
        if (fields.Problem is { } problem) return problem;
        return Listing(world.Listed.Where(contract => contract.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
            || contract.Id.Contains(text, StringComparison.OrdinalIgnoreCase)
            || contract.Product.Description.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(20));
    }

    private IResult AvailableContracts(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        fields.Bool("live", required: !world.Switches.LenientLive);
        return fields.Problem ?? Listing(world.Listed.Where(contract => contract.Active));
    }

    private IResult ContractById(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        var contract = world.FindContract(fields.Text("contractId"));
        if (fields.Problem is { } problem) return problem;
        return Results.Ok(new { contract = contract is null
            ? null : Views.Of(contract), success = contract is not null, errorCode = contract is null ? NotFound
                : 0, errorMessage = (string?)null });
    }

    private static IResult Listing(IEnumerable<Contract> contracts) =>
        Results.Ok(new { contracts = contracts.Select(Views.Of).ToArray(), success = true, errorCode = 0, errorMessage = (string?)null });

    // `startField` null: no time is asked for; empty: a start may be given.
    private async Task Searched(HttpContext context, string list, string? startField,
        Func<SimAccount, DateTimeOffset, DateTimeOffset, IEnumerable<object>> choose)
    {
        var fields = Gatekeeper.Fields(context);
        var accountId = fields.Int("accountId");
        var from = startField is null ? null : fields.Time("startTimestamp", required: startField.Length > 0);
        var to = startField is null ? null : fields.Time("endTimestamp", required: false);
        if (fields.Problem is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        object[] found;
        bool known;
        lock (world.Gate)
        {
            var account = Gatekeeper.User(context).Accounts.Find(candidate => candidate.Id == accountId);
            known = account is not null;
            found = account is null ? [] : [.. choose(account, from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue)];
        }
        await Results.Ok(new Dictionary<string, object?>
        {
            [list] = found, ["success"] = known, ["errorCode"] = known ? 0 : NotFound, ["errorMessage"] = null
        })
            .ExecuteAsync(context);
    }

    private IEnumerable<SimOrder> Shown(SimAccount account) => account.Orders.Where(order => order.VisibleAt <= world.Now);

    private bool Shown(SimAccount account, SimTrade trade) => account.Orders.Find(order => order.Id == trade.OrderId) is not { } order
        || order.VisibleAt <= world.Now;

    private IResult Bars(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        var id = fields.Text("contractId");
        fields.Bool("live", required: !world.Switches.LenientLive);
        var (from, to) = (fields.Time("startTime", required: true), fields.Time("endTime", required: true));
        var (unit, number, limit) = (fields.Int("unit"), fields.Int("unitNumber"), fields.Int("limit"));
        fields.Bool("includePartialBar");
        if (fields.Problem is { } problem) return problem;
        var length = unit switch { 1 => 1L, 2 => 60, 3 => 3600, 4 => 86_400, 5 => 604_800, 6 => 2_592_000, _ => 0 } * number * 1000;
        var code = world.FindContract(id) is not { } contract ? 1 : unit is < 1 or > 6 ? 2 : number <= 0
            ? 3 : limit is <= 0 or > 20_000 ? 4 : 0;
        var bars = code == 0 ? Made(world.FindContract(id)!.Product, from!.Value.ToUnixTimeMilliseconds(),
            Math.Min(to!.Value.ToUnixTimeMilliseconds(), world.Now.ToUnixTimeMilliseconds()), length).Take(limit).ToArray()
                : []; // the fields were read without a problem
        return Results.Ok(new { bars, success = code == 0, errorCode = code, errorMessage = (string?)null });
    }

    // Newest first. The past is made up, but always the same.
    private static IEnumerable<object> Made(Product product, long from, long to, long step)
    {
        for (var time = to / step * step; time >= from; time -= step)
        {
            var (open, close) = (Price(product, time), Price(product, time + step));
            yield return new { t = DateTimeOffset.FromUnixTimeMilliseconds(time), o = open, h = Math.Max(open, close) + product.TickSize,
                l = Math.Min(open, close) - product.TickSize, c = close, v = 100 + time / step % 50 };
        }
    }

    private static decimal Price(Product product, long time) =>
        Math.Round(product.Price * (1 + (decimal)(Math.Sin(time / 3_600_000d) * 0.002)) / product.TickSize) * product.TickSize;
}
