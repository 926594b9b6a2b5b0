using System.Globalization;
using System.Text;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>Reads the body of a heartbeat. It never throws for what a terminal sends: every fault is named by its place.</summary>
internal static class BeatReader
{
    public const int LargestBody = 512 * 1024;
    private const int MostPositions = 1000;
    private const int MostSymbols = 2000;
    private const int MostResults = 100;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowTrailingCommas = true };
    private static readonly string[] Times =
        ["yyyy-MM-dd HH:mm:ss", "yyyy.MM.dd HH:mm:ss", "yyyy.MM.dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <returns>The heartbeat, or <c>null</c> with the faults by their place in the body.</returns>
    public static (AgentBeat? Beat, Dictionary<string, string[]> Errors) Read(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        Dictionary<string, string[]> errors = new(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(Clean(body), Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object) errors["body"] = ["Send a JSON object."];
            var beat = errors.Count == 0 ? Read(new BeatFields(document.RootElement, "", errors), now) : null;
            return (errors.Count == 0 ? beat : null, errors);
        }
        catch (JsonException e)
        {
            errors["body"] = [$"This is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})."];
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a character: JSON by its form, no text.
            errors["body"] = ["A text in the body is not Unicode."];
        }
        return (null, errors);
    }

    // MQL's StringToCharArray ends a text with NUL, and MT4 hands out names in the code page of the PC.
    private static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> body)
    {
        var end = body.Span.TrimEnd("\0 \r\n\t"u8).Length;
        var text = body[..end];
        if (text.Span.StartsWith("\uFEFF"u8)) text = text[3..];
        return System.Text.Unicode.Utf8.IsValid(text.Span) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text.Span));
    }

    private static AgentBeat? Read(BeatFields body, DateTimeOffset now)
    {
        var (instance, login, server) = (body.Text("instance", 64, required: true), body.Text("login", 64, required: true),
            body.Text("server", 128, required: true));
        var mode = body.Text("mode", 16)?.ToLowerInvariant();
        if (mode is not (null or "demo" or "live" or "sim" or "real" or "contest")) body.Fault<string>("mode", "Use demo or live.");
        var (currency, balance, equity) = (body.Text("currency", 8, required: true), body.Number("balance", required: true),
            body.Number("equity", required: true));
        var offset = Offset(body);
        var report = new AgentReport
        {
            ReceivedAt = now,
            IsFresh = true,
            Instance = instance ?? "",
            Platform = body.Text("platform", 16)?.ToUpperInvariant() ?? "",
            Hedging = body.Flag("hedging") ?? true,
            Currency = currency?.ToUpperInvariant() ?? "",
            Balance = balance ?? 0,
            Equity = equity ?? 0,
            FreeMargin = body.Number("free_margin"),
            TradeAllowed = body.Flag("trade_allowed"),
            BrokerOffset = offset,
            Positions = [.. (body.List("positions", MostPositions) ?? NoPositions(body, balance, equity))
                .Select(entry => Position(entry, offset))],
            Orders = body.List("orders", MostPositions)?.Select(Order).ToList(),
            Symbols = [.. (body.List("symbols", MostSymbols) ?? []).Select(Symbol).OfType<AgentSymbol>()],
        };
        var results = (body.List("results", MostResults) ?? []).Select(Result)
            .DistinctBy(result => result.Id, StringComparer.Ordinal).ToList();
        return new AgentBeat
        {
            Instance = instance ?? "", Login = login ?? "", Server = server ?? "",
            Mode = mode switch { "real" => "live", "contest" => "demo", _ => mode }, Version = body.Words("ea_version", 32),
            Report = report, Results = results,
        };
    }

    // A program may leave an empty list out. Where the money says that something is open, no list is not "no positions".
    private static List<BeatFields> NoPositions(BeatFields body, decimal? balance, decimal? equity)
    {
        if (balance != equity || body.Number("margin") is > 0)
            body.Fault<string>("positions", "This is missing: margin or equity tell of open positions.");
        return [];
    }

    private static AgentPosition Position(BeatFields entry, TimeSpan offset) => new()
    {
        Ticket = entry.Text("ticket", 32, required: true) ?? "",
        Symbol = entry.Text("symbol", 64, required: true) ?? "",
        Side = SideOf(entry),
        Quantity = Positive(entry, "lots"),
        OpenPrice = entry.Number("open_price", required: true) ?? 0,
        OpenedAt = Time(entry.Text("open_time", 40)) is { } opened ? new DateTimeOffset(opened, TimeSpan.Zero) - offset : null,
        CurrentPrice = entry.NotZero("current_price"),
        StopLoss = entry.NotZero("sl"),
        TakeProfit = entry.NotZero("tp"),
        Profit = entry.Number("profit") is { } profit ? profit + (entry.Number("swap") ?? 0) + (entry.Number("commission") ?? 0) : null,
        Magic = entry.Whole("magic"),
        Comment = entry.Words("comment", 128),
    };

    private static AgentOrder Order(BeatFields entry) => new()
    {
        Ticket = entry.Text("ticket", 32, required: true) ?? "",
        Symbol = entry.Text("symbol", 64, required: true) ?? "",
        Side = SideOf(entry),
        Type = entry.Text("type", 16)?.ToUpperInvariant() switch { "LIMIT" => OrderType.Limit, "STOP" => OrderType.Stop, _ =>
            OrderType.Unknown },
        Quantity = Positive(entry, "lots"),
        Price = entry.Number("price", required: true) ?? 0,
        StopLoss = entry.NotZero("sl"),
        TakeProfit = entry.NotZero("tp"),
        Magic = entry.Whole("magic"),
        Comment = entry.Words("comment", 128),
    };

    // A symbol that the terminal has not loaded yet comes with zeros: it is not there yet.
    private static AgentSymbol? Symbol(BeatFields entry)
    {
        var (name, tick, contract) = (entry.Text("symbol", 64, required: true), entry.Number("tick_size"), entry.Number("contract_size"));
        var (min, max, step) = (entry.Number("lot_min"), entry.Number("lot_max"), entry.Number("lot_step"));
        var (value, stops, bid, ask) = (entry.NotZero("tick_value"), entry.Whole("stops_level"), entry.NotZero("bid"),
            entry.NotZero("ask"));
        if (tick is null or 0 && entry.Number("digits") is > 0 and <= 12 and var digits) tick = new decimal(1, 0, 0, false, (byte)digits);
        if (name is null || tick is not > 0 || step is not > 0 || contract is not > 0) return null;
        return new AgentSymbol
        {
            Symbol = name, TickSize = tick.Value, TickValue = value, ContractSize = contract.Value,
            MinQuantity = min is > 0 ? min.Value : step.Value, MaxQuantity = max is > 0 ? max : null, QuantityStep = step.Value,
            StopsLevel = (int)Math.Clamp(stops, 0, int.MaxValue), Bid = bid, Ask = ask,
        };
    }

    private static AgentResult Result(BeatFields entry)
    {
        var status = entry.Text("status", 16, required: true)?.ToLowerInvariant() ?? "";
        if (status is not ("" or "done" or "rejected" or "unknown")) entry.Fault<string>("status", "Use done, rejected or unknown.");
        return new AgentResult
        {
            Id = entry.Text("id", 40, required: true) ?? "",
            Status = status,
            Code = (int)Math.Clamp(entry.Whole("retcode"), int.MinValue, int.MaxValue),
            Ticket = entry.Text("ticket", 32) is { } ticket && ticket != "0" ? ticket : "",
            Price = entry.NotZero("price"),
            Quantity = entry.NotZero("lots"),
            Profit = entry.Number("profit"),
            Message = entry.Words("message", 200),
        };
    }

    private static Side SideOf(BeatFields entry)
    {
        switch (entry.Text("side", 8, required: true)?.ToUpperInvariant())
        {
            case "BUY": return Side.Buy;
            case "SELL": return Side.Sell;
            case null: return Side.Unknown;
            default:
                entry.Fault<string>("side", "Use BUY or SELL.");
                return Side.Unknown;
        }
    }

    private static decimal Positive(BeatFields entry, string name)
    {
        var number = entry.Number(name, required: true);
        if (number is <= 0) entry.Fault<string>(name, "Give a number above zero.");
        return number ?? 0;
    }

    /// <summary>
    /// The broker's clock minus UTC. Clocks that are read one after the other differ by a moment, time zones by quarters of an hour.
    /// </summary>
    private static TimeSpan Offset(BeatFields body)
    {
        var (broker, gmt) = (body.Text("time_broker", 40), body.Text("time_gmt", 40));
        if (broker is null || gmt is null) return TimeSpan.Zero;
        var (there, here) = (Time(broker), Time(gmt));
        if (there is null) body.Fault<string>("time_broker", "Give a time such as 2026-11-22T12:00:00.");
        if (here is null) body.Fault<string>("time_gmt", "Give a time such as 2026-11-22T10:00:00Z.");
        if (there is null || here is null) return TimeSpan.Zero;
        var quarters = Math.Round((there.Value - here.Value).TotalMinutes / 15);
        // On a weekend the broker's clock stands still at the last quote: no zone is that far away.
        return Math.Abs(quarters) <= 14 * 4 ? TimeSpan.FromMinutes(15 * quarters) : TimeSpan.Zero;
    }

    private static DateTime? Time(string? text) =>
        text is not null && DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal
            | DateTimeStyles.AdjustToUniversal, out var time) ? DateTime.SpecifyKind(time, DateTimeKind.Unspecified) : null;
}
