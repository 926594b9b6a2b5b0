using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace TradeFlow.Platform.Kernel;

/// <summary>Names of the messages between processes. A message wakes or tells; what it says is always in PostgreSQL too.</summary>
public static class Topics
{
    /// <summary>An account or its key has changed: the account id.</summary>
    public const string AccountChanged = "tf.account-changed";
    /// <summary>
    /// Something for the sockets of a tenant, on a topic of its own, so that an Api hears of its tenants alone (<c>LiveMessage</c>).
    /// </summary>
    public static string Live(TenantId tenant) => $"tf.live.{tenant}";
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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Topic> topics = new(StringComparer.Ordinal);
    private readonly ILogger<RedisBus> log;

    /// <param name="redis">None where no address is set: then everybody polls.</param>
    public RedisBus(ILogger<RedisBus> log, IConnectionMultiplexer? redis = null)
    {
        (this.log, this.redis) = (log, redis);
        if (redis is null) return;
        redis.ConnectionFailed += (_, _) => LogLost();
        redis.ConnectionRestored += (_, restored) =>
        {
            LogBack();
            _ = TellRestoredAsync(restored.ConnectionType);
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

    /// <summary>
    /// Raised when the connection is back and everything is listened to again: messages in between are lost, so read PostgreSQL once.
    /// </summary>
    public event Action? Restored;

    public void Publish(string topic, string message)
    {
        if (redis is null || !redis.IsConnected) return;
        // Fire and forget on purpose: the listener's poll finds what a lost message would have told.
        _ = redis.GetSubscriber().PublishAsync(RedisChannel.Literal(topic), message, CommandFlags.FireAndForget);
    }

    /// <summary>
    /// Calls <paramref name="handler"/> for every message of the topic, in their order: it must be quick, because the next one waits. What
    /// it throws is logged, and keeps the message from nobody else. Redis is told that nobody listens any more when the last handler has
    /// gone.
    /// </summary>
    public IDisposable Subscribe(string topic, Action<string> handler)
    {
        lock (gate)
        {
            if (!topics.TryGetValue(topic, out var heard))
            {
                topics[topic] = heard = new Topic();
                // Not waited for: with AbortOnConnectFail off the subscription is kept and sent as soon as Redis answers. A queue, because
                // handlers that are given to the subscription itself run beside each other, and a position would be heard to close before
                // it opened.
                heard.Queue = redis?.GetSubscriber().Subscribe(RedisChannel.Literal(topic), CommandFlags.FireAndForget);
                heard.Queue?.OnMessage(received =>
                {
                    var message = received.Message.ToString();
                    foreach (var each in heard.Handlers) Call(topic, () => each(message));
                });
            }
            heard.Handlers = [.. heard.Handlers, handler];
            return new Removal(() => Remove(topic, heard, handler));
        }
    }

    /// <summary>Until Redis has begun to listen for all that was subscribed to by now.</summary>
    /// <returns>False where it is not reached: <see cref="Restored"/> tells when it is.</returns>
    public async Task<bool> ListensAsync(CancellationToken ct)
    {
        if (!IsConnected) return false;
        try
        {
            // On the connection of the subscriptions, behind them.
            await redis!.GetSubscriber().PingAsync().WaitAsync(Patience, ct); // connected: it is there
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private void Remove(string topic, Topic heard, Action<string> handler)
    {
        lock (gate)
        {
            var left = heard.Handlers.ToList();
            if (!left.Remove(handler)) return;
            heard.Handlers = [.. left];
            if (left.Count > 0) return;
            topics.Remove(topic);
            heard.Queue?.Unsubscribe(CommandFlags.FireAndForget);
        }
    }

    private async Task TellRestoredAsync(ConnectionType which)
    {
        // The connection is back a moment before what was subscribed to is. That of the commands may be back before that of the
        // subscriptions, which is told by itself.
        if (!await ListensAsync(CancellationToken.None) && which == ConnectionType.Interactive) return;
        foreach (var handler in Restored?.GetInvocationList() ?? []) Call("restored", (Action)handler);
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

    private sealed class Topic
    {
        private volatile Action<string>[] handlers = [];

        public ChannelMessageQueue? Queue { get; set; }
        public Action<string>[] Handlers { get => handlers; set => handlers = value; }
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
