using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>The cards of a group, as the data of a theory: each is a test that bears the card's name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceCardsAttribute : DataAttribute
{
    /// <summary>The cards of this group, up to L2: L3 is run by hand.</summary>
    public ConformanceCardsAttribute(ConformanceGroup group) => Group = group;

    /// <summary>The group.</summary>
    public ConformanceGroup Group { get; }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. ConformanceSuite.Cases.Where(card => card.Group == Group && card.Level <= ConformanceLevel.L2).Select(Row)]);

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;

    // The empty label keeps the arguments out of the name: the card says it all.
    private static TheoryDataRow<string> Row(ConformanceCase card) =>
        new(card.ToString()) { TestDisplayName = card.ToString(), Label = "" };
}
