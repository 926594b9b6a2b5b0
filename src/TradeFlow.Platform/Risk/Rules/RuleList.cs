namespace TradeFlow.Platform.Risk.Rules;

/// <summary>The rules of this assembly, in their order.</summary>
internal sealed class RuleList
{
    public IReadOnlyList<IRiskRule> All { get; } =
    [
        .. typeof(RuleList).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IRiskRule).IsAssignableFrom(type))
            .Select(type => (IRiskRule)Activator.CreateInstance(type)!) // a class with a constructor of no parameters, or a defect that the first start shows
            .OrderBy(rule => rule.Order),
    ];
}
