using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

/// <summary>What can be read of an account.</summary>
internal sealed class AccountEndpoints(World world, Gatekeeper gatekeeper, Orders orders)
{
    public void Map(IEndpointRouteBuilder trade)
    {
        trade.MapGet("/config", () => Answers.Ok(world.Config.Body(world.Switches))).WithMetadata(new Operation("GET_CONFIG"));
        trade.MapGet("/accounts", (HttpContext context) => Answers.Ok(Details(Account(context))))
            .WithMetadata(new Operation("GET_ACCOUNTS", "GET_ACCOUNTS"));
        var account = trade.MapGroup("/accounts/{accountId}");
        account.MapGet("/state", State).WithMetadata(new Operation("GET_ACCOUNTS_STATE", "GET_ACCOUNTS_STATE"));
        account.MapGet("/positions", Positions).WithMetadata(new Operation("GET_POSITIONS", "GET_POSITIONS"));
        account.MapGet("/orders", Working).WithMetadata(new Operation("GET_ORDERS", "GET_ORDERS"));
        account.MapGet("/ordersHistory", History).WithMetadata(new Operation("GET_ORDERS_HISTORY", "GET_ORDERS_HISTORY"));
        account.MapGet("/executions", Executions).WithMetadata(new Operation("GET_EXECUTIONS", "GET_EXECUTIONS"));
        account.MapGet("/instruments", InstrumentList).WithMetadata(new Operation("GET_INSTRUMENTS", "GET_INSTRUMENTS"));
    }

    private SimAccount Account(HttpContext context) => gatekeeper.Identify(context)!.Account!; // the gatekeeper lets nobody else pass

    private static object[] Details(SimAccount account) =>
    [
        new
        {
            id = account.Key,
            name = account.Name,
            type = "HEDGING",
            currency = account.Currency,
            status = account.Status,
            tradingRules = new { supportBrackets = true, supportPartialClosePosition = true, supportSelfTrading = true,
                supportTrailingStop = true,
                supportTradingOutOfTradingHours = false },
            riskRules = new { maxPositionsNumber = (int?)null, maxPendingOrdersNumber = (int?)null, maxOrdersCount = (int?)null },
        },
    ];

    private IResult State(HttpContext context)
    {
        lock (world.Gate)
        {
            var account = Account(context);
            var sums = orders.Valuation.Of(account);
            var today = new DateTimeOffset(world.Now.UtcDateTime.Date, TimeSpan.Zero);
            var trades = account.Executions.Where(execution => execution.Created >= today).ToArray();
            var values = new Dictionary<string, decimal>
            {
                ["balance"] = sums.Balance,
                ["projectedBalance"] = sums.Equity,
                ["availableFunds"] = sums.Available,
                ["cashBalance"] = sums.Balance,
                ["withdrawalAvailable"] = Math.Max(0, Math.Min(sums.Balance, sums.Available)),
                ["initialMarginReq"] = sums.Margin,
                ["maintMarginReq"] = sums.Margin,
                ["marginWarningLevel"] = sums.Margin == 0 ? 0 : Math.Round(sums.Equity / sums.Margin * 100, 2),
                ["stopOutLevel"] = 50,
                ["warningMarginReq"] = sums.Margin,
                ["marginBeforeWarning"] = sums.Available,
                ["todayGross"] = account.RealizedToday,
                ["todayNet"] = account.RealizedToday,
                ["todayVolume"] = trades.Sum(trade => trade.Qty),
                ["todayTradesCount"] = trades.Length,
                ["openGrossPnL"] = sums.OpenPnL,
                ["openNetPnL"] = sums.OpenPnL,
                ["positionsCount"] = account.Positions.Count,
                ["ordersCount"] = account.Working.Count,
            };
            return Answers.Ok(new { accountDetailsData = world.Config.Columns(TradeConfig.State, world.Switches)
                .Select(column => values.GetValueOrDefault(column)).ToArray() });
        }
    }

    private IResult Positions(HttpContext context)
    {
        lock (world.Gate)
        {
            var account = Account(context);
            var shown = account.Positions.Where(position => position.VisibleAt <= world.Now)
                .Select(position => Cells.Of(position, orders.Valuation.OpenPnL(account, position)));
            return Answers.Ok(new { positions = world.Config.Rows(TradeConfig.Positions, world.Switches, shown) });
        }
    }

    private IResult Working(HttpContext context)
    {
        lock (world.Gate)
            return Answers.Ok(new { orders = world.Config.Rows(TradeConfig.Orders, world.Switches, Chosen(context, Account(context).Working)
                .Select(Cells.Of)) });
    }

    // Newest first; the next page is asked for with `to` at the oldest row of this one.
    private IResult History(HttpContext context)
    {
        lock (world.Gate)
        {
            var chosen = Chosen(context, Account(context).History).OrderByDescending(order => order.Id).ToArray();
            var page = chosen.Take(world.Switches.HistoryPage).Select(Cells.Of);
            return Answers.Ok(new { ordersHistory = world.Config.Rows(TradeConfig.History, world.Switches, page),
                hasMore = chosen.Length > world.Switches.HistoryPage });
        }
    }

    private IResult Executions(HttpContext context)
    {
        lock (world.Gate)
        {
            var account = Account(context);
            var today = new DateTimeOffset(world.Now.UtcDateTime.Date, TimeSpan.Zero);
            var shown = account.Executions.Where(execution => execution.Created >= today && Shown(account, execution)).Select(Cells.Of);
            return Answers.Ok(new { executions = world.Config.Rows(TradeConfig.Executions, world.Switches, shown) });
        }
    }

    private bool Shown(SimAccount account, SimExecution execution) =>
        account.History.Find(order => order.Id == execution.OrderId) is not { } order
            || order.VisibleAt <= world.Now;

    private IResult InstrumentList(HttpContext context)
    {
        var listings = world.Listings[gatekeeper.Identify(context)!.User.Server];
        return Answers.Ok(new
        {
            instruments = listings.Select(listing => new
            {
                tradableInstrumentId = listing.TradableId,
                id = listing.SymbolId,
                name = listing.Name,
                description = listing.Market.Description,
                type = listing.Market.Type,
                tradingExchange = listing.Market.Type,
                marketDataExchange = listing.Market.Type,
                country = "US",
                logoUrl = "",
                localizedName = listing.Name,
                routes = Routes(listing),
                barSource = "BID",
                hasIntraday = true,
                hasDaily = true,
            }).ToArray(),
        });
    }

    private object[] Routes(Listing listing)
    {
        object trade = new { id = listing.TradeRoute, type = "TRADE" };
        object info = new { id = listing.InfoRoute, type = "INFO" };
        return world.Switches.InvalidFirstInfoRoute ? [trade, new { id = 99, type = "INFO" }, info] : [trade, info];
    }

    private IEnumerable<SimOrder> Chosen(HttpContext context, IEnumerable<SimOrder> among)
    {
        var query = context.Request.Query;
        var from = Instant(query["from"]);
        var to = Instant(query["to"]);
        var instrument = int.TryParse(query["tradableInstrumentId"], out var id) ? id : (int?)null;
        return among.Where(order => order.VisibleAt <= world.Now
            && (from is null || order.Created >= from) && (to is null || order.Created <= to)
            && (instrument is null || order.Listing.TradableId == instrument));
    }

    private static DateTimeOffset? Instant(string? milliseconds) => long.TryParse(milliseconds, out var value) && value > 0
        ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
