using System.Diagnostics.Metrics;

namespace TradeFlow.Platform.Kernel;

/// <summary>What is measured of ourselves. docs/runbooks/alarms.md says from which value on somebody must look.</summary>
public static class Measures
{
    private static readonly Meter Meter = new("TradeFlow");

    /// <summary>By <c>status</c> and <c>code</c> of the answer.</summary>
    public static readonly Counter<long> Signals = Meter.CreateCounter<long>("tradeflow.signals", "{signal}", "Signals that were answered");

    public static readonly Counter<long> LateAnswers = Meter.CreateCounter<long>("tradeflow.webhooks.late", "{signal}", "Webhooks that were answered after 2.5 s: TradingView gives up at 3");

    /// <summary>By <c>stage</c>: received, decided, recorded, answered; each from the arrival on.</summary>
    public static readonly Histogram<double> Stages = Meter.CreateHistogram<double>("tradeflow.signal.stage", "ms", "From the arrival of a signal to the end of a stage");

    /// <summary>By <c>broker</c>, <c>class</c> and <c>result</c>.</summary>
    public static readonly Histogram<double> BrokerLatency = Meter.CreateHistogram<double>("tradeflow.broker.latency", "ms", "From a request to a broker to its answer");

    /// <summary>By <c>broker</c> and <c>class</c>.</summary>
    public static readonly Histogram<double> RateLimitWaits = Meter.CreateHistogram<double>("tradeflow.broker.rate_wait", "ms", "Waits for the rate limit of a broker");

    /// <summary>By <c>loop</c> and <c>exception</c>.</summary>
    public static readonly Counter<long> LoopFaults = Meter.CreateCounter<long>(
        "tradeflow.loop.faults", "{fault}", "Loops that ended without being told to");

    public static void Watch(string name, string unit, string description, Func<long> value) => Meter.CreateObservableGauge(name, value, unit, description);
}
