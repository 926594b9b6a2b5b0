using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

/// <summary>Instruments and prices. Market data is had by the INFO route only.</summary>
internal sealed class MarketEndpoints(World world, Gatekeeper gatekeeper)
{
    private static readonly Dictionary<string, TimeSpan> Resolutions = new()
    {
        ["1m"] = TimeSpan.FromMinutes(1), ["5m"] = TimeSpan.FromMinutes(5), ["15m"] = TimeSpan.FromMinutes(15),
        ["30m"] = TimeSpan.FromMinutes(30), ["1H"] = TimeSpan.FromHours(1), ["4H"] = TimeSpan.FromHours(4), ["1D"] = TimeSpan.FromDays(1),
        ["1W"] = TimeSpan.FromDays(7), ["1M"] = TimeSpan.FromDays(30),
    };

    public void Map(IEndpointRouteBuilder trade)
    {
        trade.MapGet("/instruments/{tradableId:int}", Details)
            .WithMetadata(new Operation("GET_INSTRUMENT_DETAILS", "GET_INSTRUMENT_DETAILS"));
        trade.MapGet("/sessions/{id:int}", Session).WithMetadata(new Operation("GET_TRADE_SESSIONS", "GET_TRADE_SESSIONS"));
        trade.MapGet("/sessionStatuses/{id:int}", SessionStatus)
            .WithMetadata(new Operation("GET_SESSION_STATUSES", "GET_SESSION_STATUSES"));
        trade.MapGet("/quotes", Quotes).WithMetadata(new Operation("QUOTES", "QUOTES"));
        trade.MapGet("/depth", Depth).WithMetadata(new Operation("DEPTH", "DEPTH"));
        trade.MapGet("/dailyBar", DailyBar).WithMetadata(new Operation("DAILY_BAR", "DAILY_BAR"));
        trade.MapGet("/history", History).WithMetadata(new Operation("QUOTES_HISTORY", "QUOTES_HISTORY"));
    }

    private IResult Details(HttpContext context, int tradableId)
    {
        var listing = Array.Find(world.Listings[Server(context)], candidate => candidate.TradableId == tradableId);
        if (listing is null) return Answers.Error("Tradable instrument not found.", 404);
        if (context.Request.Query["routeId"] != $"{listing.InfoRoute}"
            && context.Request.Query["routeId"] != $"{listing.TradeRoute}") return Answers.Error("Route not found.");
        lock (world.Gate)
        {
            var market = listing.Market;
            return Answers.Ok(new
            {
                name = listing.Name,
                localizedName = listing.Name,
                description = market.Description,
                type = market.Type,
                symbolStatus = world.SessionOf(market) switch { "closed" => "FULLY_CLOSED", "close_only" => "CLOSE_ONLY", _ =>
                    "FULLY_OPEN" },
                baseCurrency = market.Base,
                quotingCurrency = market.Quote,
                lotSize = market.LotSize,
                lotStep = Listing.LotStep,
                minLot = Listing.MinLot,
                maxLot = Listing.MaxLot,
                leverage = market.Leverage,
                tickSize = new[] { new { leftRangeLimit = 0m, tickSize = market.Tick } },
                tickCost = new[] { new { leftRangeLimit = 0m, tickCost = market.Tick * market.LotSize } },
                tradeSessionId = listing.SessionId,
                tradeSessionStatusId = listing.SessionId,
                tradingExchange = market.Type,
                marketDataExchange = market.Type,
                country = "US",
                logoUrl = "",
                barSource = "BID",
                hasIntraday = "true",
                hasDaily = "true",
            });
        }
    }

    private IResult Session(int id) => id is not (1 or 2)
        ? Answers.Error("Trade session not found.", 404)
        : Answers.Ok(new
        {
            name = id is 2 ? "Around the clock" : "Forex",
            timeZone = "UTC",
            allDay = true,
            weekDays = new Dictionary<string, object>
            {
                ["from"] = id is 2 ? "SUNDAY" : "MONDAY", ["to"] = id is 2 ? "SATURDAY" : "FRIDAY"
            },
            holidays = Array.Empty<object>(),
        });

    private IResult SessionStatus(int id)
    {
        if (id is not (1 or 2)) return Answers.Error("Session status not found.", 404);
        lock (world.Gate)
        {
            var session = world.Sessions.GetValueOrDefault("*") ?? "open";
            int[] operations = session switch { "closed" => [0, 0, 0], "close_only" => [0, 0, 1], _ => [1, 1, 1] };
            int[] types = session switch { "closed" or "close_only" => [0, 0, 0, 0, 0, 0], "market_only" => [1, 0, 0, 0, 0, 0], _ =>
                [1, 1, 1, 1, 1, 1] };
            return Answers.Ok(new { allowedOperations = operations, allowedOrderTypes = types });
        }
    }

    private IResult Quotes(HttpContext context) => OnInfoRoute(context, listing =>
    {
        var quote = world.Prices[listing.Market.Symbol];
        return Answers.Ok(new { ap = quote.Ask, bp = quote.Bid, @as = 1_000_000m, bs = 1_000_000m });
    });

    private IResult Depth(HttpContext context) => OnInfoRoute(context, listing =>
    {
        var quote = world.Prices[listing.Market.Symbol];
        var steps = Enumerable.Range(0, 5).ToArray();
        return Answers.Ok(new
        {
            asks = steps.Select(step => new[] { quote.Ask + step * listing.Market.Tick, 1_000_000m * (step + 1) }).ToArray(),
            bids = steps.Select(step => new[] { quote.Bid - step * listing.Market.Tick, 1_000_000m * (step + 1) }).ToArray(),
        });
    });

    private IResult DailyBar(HttpContext context) => OnInfoRoute(context, listing =>
    {
        var day = world.Prices.Day(listing.Market.Symbol);
        var spread = context.Request.Query["barType"] == "ASK" ? listing.Market.Spread : 0;
        return Answers.Ok(new { o = day.Open + spread, h = day.High + spread, l = day.Low + spread, c = day.Close + spread, v = 1234m });
    });

    private IResult History(HttpContext context) => OnInfoRoute(context, listing =>
    {
        var query = context.Request.Query;
        if (!Resolutions.TryGetValue($"{query["resolution"]}", out var length)) return Answers.Error("Resolution is not valid.");
        if (!long.TryParse(query["from"], out var from) || !long.TryParse(query["to"], out var to))
            return Answers.Error("{from=[must not be null]}");
        var step = (long)length.TotalMilliseconds;
        if ((to - from) / step > 50_000) return Answers.Error("Too many bars are requested.");
        var first = (from + step - 1) / step * step;
        var last = Math.Min(to, world.Now.ToUnixTimeMilliseconds());
        return first > last ? Answers.NoData() : Answers.Ok(new { barDetails = Bars(listing.Market, first, last, step).ToArray() });
    });

    // The past is made up, but always the same: each price is a function of the symbol and the minute.
    private static IEnumerable<object> Bars(MarketSpec market, long first, long last, long step)
    {
        for (var time = first; time <= last; time += step)
        {
            var (open, close) = (Price(market, time), Price(market, time + step));
            yield return new { t = time, o = open, h = Math.Max(open, close) + market.Tick * 3, l = Math.Min(open, close) -
                market.Tick * 3, c = close,
                v = 100 + time / step % 50 };
        }
    }

    private static decimal Price(MarketSpec market, long time)
    {
        var wave = Math.Sin(time / 3_600_000d) * 0.002 + Math.Sin(time / 247_000d + market.Symbol.Length) * 0.0005;
        return Math.Round(market.Ask * (1 + (decimal)wave) / market.Tick) * market.Tick;
    }

    private IResult OnInfoRoute(HttpContext context, Func<Listing, IResult> answer)
    {
        var query = context.Request.Query;
        var listing = Array.Find(world.Listings[Server(context)], candidate => query["tradableInstrumentId"] == $"{candidate.TradableId}");
        if (listing is null) return Answers.Error("Tradable instrument not found.");
        if (query["routeId"] != $"{listing.InfoRoute}") return Answers.Error("Route is not valid for market data.");
        lock (world.Gate) return answer(listing);
    }

    private string Server(HttpContext context) => gatekeeper.Identify(context)!.User.Server; // the gatekeeper lets nobody else pass
}
