using System.Collections.Concurrent;
using System.Diagnostics;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// One alert is one trace: what wakes the Worker also says where the trace goes on. Nothing depends on it. An order that was found without
/// being woken for, or whose message was lost, begins a trace of its own.
/// </summary>
public sealed class Traces
{
    private const int Most = 10_000;
    private static readonly ActivitySource Source = new("TradeFlow");
    private readonly ConcurrentDictionary<Guid, ActivityContext> awaited = new();

    /// <summary>Where the trace that we are in goes on; <c>null</c> outside of one.</summary>
    public static string? Here => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } here } ? here : null;

    /// <summary>Keeps for <see cref="Begin"/> where the trace of an order goes on. What is no such place is nothing.</summary>
    public void Await(Guid order, string? parent)
    {
        if (!ActivityContext.TryParse(parent, null, isRemote: true, out var context)) return;
        // Orders that are not begun here belong to another Worker by now: none of them is awaited for long.
        if (awaited.Count >= Most) awaited.Clear();
        awaited[order] = context;
    }

    /// <summary>A stretch of the work that we are in, for example a wait for a commit that many share.</summary>
    public static Activity? Step(string name) => Source.StartActivity(name);

    /// <summary>The work on an order, in the trace of its alert.</summary>
    public Activity? Begin(string name, Guid order)
    {
        var activity = Source.StartActivity(name, ActivityKind.Consumer, awaited.TryRemove(order, out var parent) ? parent : default);
        return activity?.SetTag("order.id", order);
    }
}
