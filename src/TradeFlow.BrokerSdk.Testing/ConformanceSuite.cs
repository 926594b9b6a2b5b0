using TradeFlow.BrokerSdk.Testing.Cases;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>All cases.</summary>
public static class ConformanceSuite
{
    /// <summary>The cards, by id.</summary>
    public static IReadOnlyList<ConformanceCase> Cases { get; } =
    [
        .. StaticCases.All, .. ConnectCases.All, .. MarketCases.All, .. LimitCases.All, .. CancelCases.All, .. CloseCases.All,
        .. UnknownCases.All, .. ReconcileCases.All, .. StreamCases.All, .. LimitsCases.All, .. LifecycleCases.All,
        .. DemoCases.All,
    ];

    /// <summary>The card with this id.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ConformanceCase Find(string id) =>
        Cases.FirstOrDefault(card => card.Id == id) ?? throw new ArgumentException($"There is no case {id}.", nameof(id));
}
