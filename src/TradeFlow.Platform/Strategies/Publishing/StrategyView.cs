using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Strategies.Publishing;

/// <param name="Mode"><c>qty</c> in the broker's unit, <c>units</c>, <c>risk_percent</c>, <c>risk_money</c> or
/// <c>equity_percent</c>.</param>
internal sealed record SizeView(string Mode, decimal Value);

/// <summary>An account of yours that follows a strategy.</summary>
/// <param name="Size">The account's own size; <c>null</c> where the signal's counts.</param>
/// <param name="Holds">Whether it holds something of the strategy now.</param>
internal sealed record ActivationView(Guid Id, Guid AccountId, SizeView? Size, decimal Multiplier, bool Enabled, bool Holds);

/// <summary>What the paper account that follows a public strategy has made. Amounts are in its currency.</summary>
/// <param name="WinRate">Wins of wins and losses; <c>null</c> before there are any.</param>
internal sealed record StatsView(
    long Signals, int Trades, decimal? WinRate, decimal NetPnl, decimal MaxDrawdown, string? Currency, DateTimeOffset Since);

internal sealed record StrategyView
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required IReadOnlyList<string> Symbols { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public required string Visibility { get; init; }
    public required string Publisher { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it is of your workspace.</summary>
    public required bool IsOwn { get; init; }

    /// <summary>Of a public strategy.</summary>
    public StatsView? Stats { get; init; }
    public IReadOnlyList<ActivationView> Activations { get; init; } = [];

    /// <summary>Where its signals are sent, with the key: for its owner alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WebhookUrl { get; init; }
}
