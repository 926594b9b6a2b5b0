using Xunit;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>
/// What the groups have in common. Use the classes of the groups: <see cref="StaticConformance{TTarget}"/> and the others, one empty
/// subclass of each in the plugin's test project.
/// </summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    // One run for all classes of a target: they share the plugin, the venue double and the report.
    private static readonly Lazy<(TTarget Target, ConformanceRun Run)> Shared = new(() =>
    {
        var target = new TTarget();
        return (target, new ConformanceRun(target));
    });

    private protected ConformanceTests()
    {
    }

    private protected static async Task PlayAsync(string card)
    {
        var (target, run) = Shared.Value;
        var result = await run.RunCaseAsync(ConformanceSuite.Find(card.Split(' ')[0]), CancellationToken.None).ConfigureAwait(false);
        if (run.IsComplete && target.ReportPath is { } path)
            await run.Report().WriteAsync(path, CancellationToken.None).ConfigureAwait(false);
        if (result.Verdict is ConformanceVerdict.Skipped) Assert.Skip(result.Reason);
        Assert.True(result.Verdict is ConformanceVerdict.Passed,
            $"{result.Case}\n  prerequisite: {result.Case.Prerequisite}\n  action: {result.Case.Action}\n  pass rule: {result.Case.PassRule}\n  seen: {result.Reason}");
    }
}

/// <summary>Group S: manifest, references, use of forbidden API. It also has the test that no group was left out.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class StaticConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Static)]
    public Task Static(string card) => PlayAsync(card);

    /// <summary>A group without a subclass in the test project would be skipped in silence.</summary>
    [Fact]
    public void All_case_groups_are_implemented()
    {
        Type[] groups =
        [
            typeof(StaticConformance<TTarget>), typeof(ConnectConformance<TTarget>), typeof(MarketConformance<TTarget>),
            typeof(LimitConformance<TTarget>), typeof(CancelConformance<TTarget>), typeof(CloseConformance<TTarget>),
            typeof(UnknownOutcomesConformance<TTarget>), typeof(ReconcileConformance<TTarget>), typeof(StreamConformance<TTarget>),
            typeof(LimitsConformance<TTarget>), typeof(LifecycleConformance<TTarget>),
        ];
        Assert.Equal(Enum.GetValues<ConformanceGroup>().Length, groups.Length);
        var present = GetType().Assembly.GetExportedTypes().Where(type => !type.IsAbstract).ToList();
        var missing = groups.Where(group => !present.Exists(type => type.IsSubclassOf(group)))
            .Select(group => group.Name.Split('`')[0]).ToList();
        Assert.True(missing.Count == 0,
            $"{GetType().Assembly.GetName().Name} has no public subclass of {string.Join(", ", missing)} for {typeof(TTarget).Name}.");
    }
}
