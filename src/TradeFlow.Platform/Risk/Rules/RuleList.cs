using TradeFlow.Platform.Risk.Rules.Own;

namespace TradeFlow.Platform.Risk.Rules;

/// <summary>The rules of this assembly, each kind in its order.</summary>
internal sealed class RuleList
{
    private readonly Dictionary<string, OwnForm?> forms;

    public RuleList()
    {
        All = Of<IRiskRule>();
        Priced = Of<IPricedRule>();
        forms = Rules.ToDictionary(rule => rule.Code, OwnForm.Of, StringComparer.Ordinal);
    }

    /// <summary>Those that are asked when a signal is recorded.</summary>
    public IReadOnlyList<IRiskRule> All { get; }

    /// <summary>Those that are asked when size and prices are known.</summary>
    public IReadOnlyList<IPricedRule> Priced { get; }

    public IEnumerable<IRule> Rules => [.. All, .. Priced];

    /// <returns><c>null</c> for a rule without settings of its own.</returns>
    public OwnForm? FormOf(IRule rule) => forms[rule.Code];

    private static IReadOnlyList<T> Of<T>() where T : IRule =>
    [
        .. typeof(RuleList).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(T).IsAssignableFrom(type))
            // a class with a constructor of no parameters, or a defect that the first start shows
            .Select(type => (T)Activator.CreateInstance(type)!)
            .OrderBy(rule => rule.Order),
    ];
}
