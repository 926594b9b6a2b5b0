using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// The body of a heartbeat as the API document shows it. It is read by <see cref="BeatReader"/>, which takes more forms than this.
/// </summary>
internal sealed record HeartbeatShape(
    string Instance, string? Platform, string? EaVersion, string Login, string Server, string? Company, string Currency, string? Mode,
    bool? Hedging, int? Leverage, decimal Balance, decimal Equity, decimal? Margin, decimal? FreeMargin, bool? TradeAllowed,
    string? TimeBroker, string? TimeGmt, IReadOnlyList<HeartbeatShape.Position> Positions, IReadOnlyList<HeartbeatShape.Order>? Orders,
    IReadOnlyList<HeartbeatShape.Symbol>? Symbols, IReadOnlyList<HeartbeatShape.Result>? Results)
{
    internal sealed record Position(
        string Ticket, string Symbol, string Side, decimal Lots, decimal OpenPrice, string? OpenTime, decimal? CurrentPrice, decimal? Sl,
        decimal? Tp, decimal? Profit, decimal? Swap, decimal? Commission, long? Magic, string? Comment);

    internal sealed record Order(
        string Ticket, string Symbol, string Side, string Type, decimal Lots, decimal Price, decimal? Sl, decimal? Tp, long? Magic,
        string? Comment);

    internal sealed record Symbol(
        // A member cannot bear the name of its type.
        [property: JsonPropertyName("symbol")] string Name, int? Digits, decimal TickSize, decimal? TickValue, decimal ContractSize,
        decimal? LotMin, decimal? LotMax, decimal LotStep, int? StopsLevel, decimal? Bid, decimal? Ask);

    internal sealed record Result(
        string Id, string Status, int? Retcode, string? Ticket, decimal? Price, decimal? Lots, decimal? Profit, string? Message);
}

/// <summary>The answer to a heartbeat as the API document shows it.</summary>
internal sealed record HeartbeatAnswerShape(DateTimeOffset ServerTime, int IntervalMs, IReadOnlyList<HeartbeatAnswerShape.Command> Commands)
{
    internal sealed record Command(
        string Id, string Verb, string Symbol, string Side, string Type, decimal Lots, decimal Price, decimal Sl, decimal Tp, string Ticket,
        long Magic, string Comment, DateTimeOffset Expires);
}
