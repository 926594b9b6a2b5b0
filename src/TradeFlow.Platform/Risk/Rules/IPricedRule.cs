using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Rules.Own;

namespace TradeFlow.Platform.Risk.Rules;

/// <summary>
/// One rule for entries of which size and prices are known: it is asked just before such an entry is sent, under the tenant's turn. A class
/// in a folder of <c>Rules/</c>, its <c>cases.json</c>, and its <c>settings.json</c> where it has settings of its own, are all that it
/// needs.
/// </summary>
internal interface IPricedRule : IRule
{
    /// <summary>False when it has nothing to look at, so that entries need not wait for it.</summary>
    bool IsOn(RiskConfig config, OwnSettings settings);

    RuleVerdict Decide(PricedFacts facts);
}

/// <summary>All that such a rule may look at, in the currency of the account that enters.</summary>
internal sealed record PricedFacts
{
    public required RiskConfig Config { get; init; }

    /// <summary>The rule's own.</summary>
    public required OwnSettings Settings { get; init; }
    public required string Currency { get; init; }

    /// <summary>What the entry loses at its stop; <c>null</c> when it has none, or when nobody can tell.</summary>
    public decimal? Risk { get; init; }

    /// <summary>
    /// What the tenant's accounts in this currency have lost since the trading day began, floating included. Negative when they won.
    /// </summary>
    public required decimal LossOfDay { get; init; }

    /// <summary>Open positions, and entries that may become one.</summary>
    public required IReadOnlyList<OpenRisk> Open { get; init; }
}

/// <summary>What is open, or on its way.</summary>
/// <param name="Money">What it loses from here to its stop; <c>null</c> when it has none, or when nobody can tell.</param>
internal sealed record OpenRisk(string Symbol, decimal? Money);
