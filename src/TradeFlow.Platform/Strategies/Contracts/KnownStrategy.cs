using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Strategies.Contracts;

/// <summary>The strategy that a key opens, as of <see cref="Version"/>.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Plan">The slug of that tenant's plan.</param>
internal sealed record KnownStrategy(StrategyId Id, TenantId Tenant, string Name, long Version, string? Plan);

/// <summary>An account's own size, in place of the signal's.</summary>
/// <param name="Mode"><c>qty</c>, in the broker's unit, or a mode of sizes such as <c>risk_percent</c>.</param>
internal sealed record FollowerSize(string Mode, decimal Value);

/// <summary>An account that a signal of a strategy is for.</summary>
internal sealed record Follower
{
    public required AccountId Account { get; init; }

    /// <summary><c>null</c> where the signal's own size counts.</summary>
    public FollowerSize? Size { get; init; }
    public required decimal Multiplier { get; init; }

    /// <summary>False where it has been switched off, and the account holds something of the strategy.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The paper account of the strategy's record, which is nobody's.</summary>
    public required bool IsRecord { get; init; }

    /// <summary>Of the strategy among those that the tenant has active, the oldest first; <c>null</c> where none is counted.</summary>
    public required int? Place { get; init; }
}
