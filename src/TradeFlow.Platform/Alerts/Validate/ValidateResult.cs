using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Validate;

internal sealed record ResolvedSymbol(string Canonical, string Broker);

internal sealed record ParsedRule(string Mode, decimal Value);

/// <summary>The intent in the words of the dialect, defaults filled in.</summary>
internal sealed record ParsedIntent
{
    public required string Action { get; init; }
    public string? Side { get; init; }
    public required string Type { get; init; }
    public string? Symbol { get; init; }
    public decimal? Qty { get; init; }
    public ParsedRule? Size { get; init; }
    public decimal? Price { get; init; }
    public ParsedRule? Sl { get; init; }
    public ParsedRule? Tp { get; init; }
    public string? Position { get; init; }
    public decimal? PositionSize { get; init; }
    public string? PrevPosition { get; init; }
    public decimal? PrevPositionSize { get; init; }
    public string? Id { get; init; }
    public DateTimeOffset? Time { get; init; }

    public static ParsedIntent Of(TradeIntent intent, AlertReading alert) => new()
    {
        Action = Word(intent.Action),
        Side = intent is { Side: { } side, Target: null } ? Word(side) : null,
        Type = Word(intent.Type),
        Symbol = intent.Symbol.Length == 0 ? null : intent.Symbol,
        Qty = intent.Qty,
        Size = intent.Size is { } size ? new ParsedRule(size.Mode switch { SizeMode.RiskPercent => "risk_percent", SizeMode.RiskMoney =>
            "risk_money", SizeMode.EquityPercent => "equity_percent", _ => "units" }, size.Value) : null,
        Price = intent.Price,
        Sl = intent.StopLoss is { } sl ? new ParsedRule(Word(sl.Mode), sl.Value) : null,
        Tp = intent.TakeProfit is { } tp ? new ParsedRule(Word(tp.Mode), tp.Value) : null,
        Position = intent.Target is { } target ? Word(target.Position) : null,
        PositionSize = intent.Target?.Size,
        PrevPosition = intent.Target?.Previous is { } before ? Word(before) : null,
        PrevPositionSize = intent.Target?.PreviousSize,
        Id = alert.Id,
        Time = alert.Time,
    };

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>What a message would do now.</summary>
internal sealed record ValidateResult
{
    private readonly List<CheckView> checks = [];

    /// <summary>What the message was read as.</summary>
    public string? Dialect { get; set; }

    public ParsedIntent? Intent { get; set; }
    public ResolvedSymbol? Symbol { get; set; }
    public decimal? Qty { get; set; }
    public decimal? Entry { get; set; }
    public decimal? StopLoss { get; set; }
    public decimal? TakeProfit { get; set; }
    public IReadOnlyList<CheckView> Checks => checks;

    /// <summary>What is wrong, by the path of the message.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; private set; }
    public bool WouldExecute => checks.Count > 0 && checks.TrueForAll(check => check.Passed);

    public void Check(string code, bool passed, string? message = null) => checks.Add(new CheckView(code, passed, message, null, null));

    public void Add(IEnumerable<EntryCheckResult> results) =>
        checks.AddRange(results.Select(result => new CheckView(result.Code, result.Passed, result.Message, result.Limit, result.Value)));

    public ValidateResult Failed(string code, IReadOnlyDictionary<string, string[]> errors)
    {
        var (field, words) = errors.First();
        Check(code, false, $"{field}: {words[0]}");
        Errors = errors;
        return this;
    }
}
