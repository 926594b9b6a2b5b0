using System.Collections.Concurrent;
using System.Diagnostics;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// One alert is one trace: what wakes the Worker also says where the trace goes on. Nothing depends on it. An order that was found without being woken for, or whose message was lost, begins a trace of its own.
/// </summary>
public sealed class Traces
{
    private const int Most = 10_000;
    private static readonly ActivitySource Source = new("TradeFlow");
    private readonly ConcurrentDictionary<Guid, ActivityContext> awaited = new();

    /// <summary>The message that an account has an order, with the trace that we are in.</summary>
    public static string Wake(AccountId account, OrderId order) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } here } ? $"{account} {order} {here}" : account.ToString();

    /// <summary>The account of such a message; the rest is kept for <see cref="Begin"/>.</summary>
    /// <returns>False when it names no account.</returns>
    public bool TryHear(string message, out Guid account)
    {
        var parts = message.Split(' ');
        if (!Guid.TryParse(parts[0].AsSpan().Trim('"'), out account)) return false;
        if (parts is not [_, var order, var parent] || !Guid.TryParse(order, out var id) || !ActivityContext.TryParse(parent, null, isRemote: true, out var context)) return true;
        // Orders that nobody takes up here belong to another Worker: none of them is awaited for long.
        if (awaited.Count >= Most) awaited.Clear();
        awaited[id] = context;
        return true;
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
