using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace TradeFlow.Platform.Kernel;

/// <summary>Names of the messages between processes. A message wakes or tells; what it says is always in PostgreSQL too.</summary>
public static class Topics
{
    /// <summary>An order waits in a lane: the account id; behind a space the order and where its trace goes on, when there is one (<see cref="Traces"/>).</summary>
    public const string OrderRecorded = "tf.order-recorded";
    /// <summary>An order has an outcome: the order as JSON (<c>OrderView</c>).</summary>
    public const string OrderAnswered = "tf.order-answered";
    /// <summary>A job waits: its id.</summary>
    public const string JobQueued = "tf.job-queued";
    /// <summary>A job has ended: its id.</summary>
    public const string JobDone = "tf.job-done";
    /// <summary>An account or its key has changed: the account id.</summary>
    public const string AccountChanged = "tf.account-changed";
    /// <summary>
    /// Something for the sockets of a tenant: <c>{tenant id} {account ids, with commas between them, or *} {event as JSON}</c>.
    /// </summary>
    public const string Live = "tf.live";
    /// <summary>What a member may do, or which accounts they see, has changed: the tenant id.</summary>
    public const string MembersChanged = "tf.members-changed";
    /// <summary>The list of plugins has changed: the slug.</summary>
    public const string PluginsChanged = "tf.plugins-changed";
    /// <summary>An administrator wants the plugin folders read again now.</summary>
    public const string PluginsReload = "tf.plugins-reload";
}

/// <summary>
/// Redis pub/sub that may be dead at any time: publishing never throws, subscriptions come back by themselves, and whoever listens also
/// polls PostgreSQL while <see cref="IsConnected"/> is false.
/// </summary>
public sealed partial class RedisBus
{
    private readonly IConnectionMultiplexer? redis;
    private readonly ConcurrentDictionary<string, Handlers> handlers = new(StringComparer.Ordinal);
    private readonly ILogger<RedisBus> log;

    /// <param name="redis">None where no address is set: then everybody polls.</param>
    public RedisBus(ILogger<RedisBus> log, IConnectionMultiplexer? redis = null)
    {
        (this.log, this.redis) = (log, redis);
        if (redis is null) return;
        redis.ConnectionFailed += (_, _) => LogLost();
        redis.ConnectionRestored += (_, _) =>
        {
            LogBack();
            foreach (var handler in Restored?.GetInvocationList() ?? []) Call("restored", (Action)handler);
        };
    }

    /// <summary>A connection that may be away at the start and at any time.</summary>
    internal static void Configure(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1000;
        options.SyncTimeout = 1000;
        options.ConnectRetry = 1;
    }

    public bool IsConnected => redis?.IsConnected ?? false;

    /// <summary>Raised when the connection is back: messages in between are lost, so read PostgreSQL once.</summary>
    public event Action? Restored;

    public void Publish(string topic, string message)
    {
        if (redis is null || !redis.IsConnected) return;
        // Fire and forget on purpose: the listener's poll finds what a lost message would have told.
        _ = redis.GetSubscriber().PublishAsync(RedisChannel.Literal(topic), message, CommandFlags.FireAndForget);
    }

    /// <summary>
    /// Calls <paramref name="handler"/> for every message of the topic, in their order: it must be quick, because the next one waits. What it
    /// throws is logged, and keeps the message from nobody else.
    /// </summary>
    public IDisposable Subscribe(string topic, Action<string> handler)
    {
        var list = handlers.GetOrAdd(topic, name =>
        {
            var created = new Handlers();
            if (redis is not null)
            {
                // Not waited for: with AbortOnConnectFail off the subscription is kept and sent as soon as Redis answers. A queue, because handlers
                // that are given to the subscription itself run beside each other, and a position would be heard to close before it opened.
                redis.GetSubscriber().Subscribe(RedisChannel.Literal(name), CommandFlags.FireAndForget).OnMessage(received =>
                {
                    var message = received.Message.ToString();
                    foreach (var each in created.All) Call(name, () => each(message));
                });
            }
            return created;
        });
        return list.Add(handler);
    }

    private void Call(string topic, Action handler)
    {
        try
        {
            handler();
        }
        catch (Exception e)
        {
            LogHandlerFailed(e, topic);
        }
    }

    private sealed class Handlers
    {
        private volatile Action<string>[] list = [];

        public IReadOnlyList<Action<string>> All => list;

        public IDisposable Add(Action<string> handler)
        {
            lock (this) list = [.. list, handler];
            return new Removal(() =>
            {
                lock (this) list = [.. list.Where(entry => entry != handler)];
            });
        }
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }

    [LoggerMessage(1010, LogLevel.Warning, "Redis is away: wake-ups fall back to polling PostgreSQL")]
    private partial void LogLost();

    [LoggerMessage(1011, LogLevel.Information, "Redis is back")]
    private partial void LogBack();

    [LoggerMessage(1012, LogLevel.Error, "Somebody who listens to {Topic} failed; the others have heard the message")]
    private partial void LogHandlerFailed(Exception e, string topic);
}
