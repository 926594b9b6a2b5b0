using Xunit;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>Group A: logging in.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class ConnectConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Connect)]
    public Task Connect(string card) => PlayAsync(card);
}

/// <summary>Group B: instruments, prices, market orders.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class MarketConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Market)]
    public Task Market(string card) => PlayAsync(card);
}

/// <summary>Group C: limit and stop orders, changing them.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class LimitConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Limit)]
    public Task Limit(string card) => PlayAsync(card);
}

/// <summary>Group D: cancelling.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class CancelConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Cancel)]
    public Task Cancel(string card) => PlayAsync(card);
}

/// <summary>Group E: closing positions.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class CloseConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Close)]
    public Task Close(string card) => PlayAsync(card);
}

/// <summary>Group F: what is said of an order when the answer is bad, late or missing.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class UnknownOutcomesConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.UnknownOutcomes)]
    public Task UnknownOutcomes(string card) => PlayAsync(card);
}

/// <summary>Group G: look-ups and the state of the account.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class ReconcileConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Reconcile)]
    public Task Reconcile(string card) => PlayAsync(card);
}

/// <summary>Group H: the stream of changes.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class StreamConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Stream)]
    public Task Stream(string card) => PlayAsync(card);
}

/// <summary>Group I: request classes, hosts, limits.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class LimitsConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Limits)]
    public Task Limits(string card) => PlayAsync(card);
}

/// <summary>Group J: disposing and unloading.</summary>
/// <typeparam name="TTarget">The partner's target.</typeparam>
public abstract class LifecycleConformance<TTarget> : ConformanceTests<TTarget> where TTarget : ConformanceTarget, new()
{
    /// <summary>One case.</summary>
    [Theory]
    [ConformanceCards(ConformanceGroup.Lifecycle)]
    public Task Lifecycle(string card) => PlayAsync(card);
}
