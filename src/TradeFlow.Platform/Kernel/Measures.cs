using System.Diagnostics.Metrics;

namespace TradeFlow.Platform.Kernel;

/// <summary>What is measured of ourselves. docs/runbooks/alarms.md says from which value on somebody must look.</summary>
public static class Measures
{
    private static readonly Meter Meter = new("TradeFlow");

    /// <summary>By <c>status</c> and <c>code</c> of the answer.</summary>
    public static readonly Counter<long> Signals = Meter.CreateCounter<long>("tradeflow.signals", "{signal}", "Signals that were answered");

    public static readonly Counter<long> LateAnswers = Meter.CreateCounter<long>("tradeflow.webhooks.late", "{signal}",
        "Webhooks that were answered after 2.5 s: TradingView gives up at 3");

    /// <summary>By <c>stage</c>: received, decided, recorded, answered; each from the arrival on.</summary>
    public static readonly Histogram<double> Stages = Meter.CreateHistogram<double>("tradeflow.signal.stage", "ms",
        "From the arrival of a signal to the end of a stage");

    /// <summary>By <c>broker</c>, <c>class</c> and <c>result</c>.</summary>
    public static readonly Histogram<double> BrokerLatency = Meter.CreateHistogram<double>("tradeflow.broker.latency", "ms",
        "From a request to a broker to its answer");

    /// <summary>By <c>broker</c> and <c>class</c>.</summary>
    public static readonly Histogram<double> RateLimitWaits = Meter.CreateHistogram<double>("tradeflow.broker.rate_wait", "ms",
        "Waits for the rate limit of a broker");

    /// <summary>By <c>loop</c> and <c>exception</c>.</summary>
    public static readonly Counter<long> LoopFaults = Meter.CreateCounter<long>(
        "tradeflow.loop.faults", "{fault}", "Loops that ended without being told to");

    /// <summary>By <c>loop</c> and <c>exception</c>: those of the above that are a part of a lane.</summary>
    public static readonly Counter<long> LaneFaults = Meter.CreateCounter<long>(
        "tradeflow.lane.faults", "{fault}", "Parts of a lane that ended without being told to");

    /// <summary>By <c>action</c> of the order.</summary>
    public static readonly Histogram<double> LaneTurns = Meter.CreateHistogram<double>(
        "tradeflow.lane.turn", "ms", "How long a lane has an order in hand");

    /// <summary>
    /// By <c>by</c>: <c>claim</c>, refused by PostgreSQL; <c>hold</c>, claimed and not sent, because the epoch was confirmed too long ago.
    /// </summary>
    public static readonly Counter<long> LaneFenced = Meter.CreateCounter<long>(
        "tradeflow.lane.fenced", "{order}", "Orders that were kept back because the lane may have begun elsewhere");

    /// <summary>By <c>kind</c>: begun, ended, lost (a newer epoch has begun elsewhere), given (to a Worker with fewer).</summary>
    public static readonly Counter<long> LaneMoves = Meter.CreateCounter<long>("tradeflow.lane.moves", "{lane}", "Lanes that came or went");

    public static void Watch(string name, string unit, string description, Func<long> value) =>
        Meter.CreateObservableGauge(name, value, unit, description);
}
