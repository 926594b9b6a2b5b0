using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>A session that lends its way out to the feed that it shares with the user's other sessions.</summary>
internal sealed record FeedUser(IConnectorContext Context, Uri Hub);

/// <summary>
/// One connection to a hub for all sessions of a user: a second one would log the first out. It lives while somebody uses it, comes back
/// after every end, and tells each time, because the hub forgets its subscriptions.
/// </summary>
internal abstract partial class FeedLoop(Login login)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    // A connection that lived as long was a real one: after its end the next is tried at once. One that did not makes the pauses grow.
    private static readonly TimeSpan Lives = TimeSpan.FromSeconds(5);
    // Somebody else of this user has connected: no tug of war. Nor where the gateway logs out whatever token it gets.
    private static readonly TimeSpan PauseAfterLogout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LogoutsApart = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<FeedUser> users = [];
    private Func<Task>? stop;
    private Task running = Task.CompletedTask;
    private volatile HubLink? current;
    private long? upAt;
    private long? loggedOutAt;
    private string token = "";

    /// <summary>The open connection, while there is one.</summary>
    protected HubLink? Connection => current;

    public bool IsConnected => current is not null;

    protected abstract Task SubscribeAsync(HubLink connection, CancellationToken ct);

    protected abstract void OnEvent(string target, JsonElement arguments);

    /// <summary>An event had a shape that is not known. What it told has to be read.</summary>
    protected abstract void OnUnread();

    protected abstract void OnUp();

    protected abstract void OnDown(string why);

    protected void Enter(FeedUser user)
    {
        lock (gate)
        {
            users.Add(user);
            if (stop is not null) return;
            var ending = new CancellationTokenSource();
            var run = running = RunAfterAsync(running, ending.Token);
            stop = async () =>
            {
                await ending.CancelAsync();
                await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ending.Dispose();
            };
        }
    }

    protected async Task LeaveAsync(FeedUser user)
    {
        Func<Task>? last = null;
        lock (gate)
        {
            users.Remove(user);
            if (users.Count == 0) (last, stop) = (stop, null);
        }
        if (last is not null) await last();
    }

    private FeedUser? First()
    {
        lock (gate) return users.Count > 0 ? users[0] : null;
    }

    private async Task RunAfterAsync(Task before, CancellationToken ct)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        var pause = FirstPause;
        while (!ct.IsCancellationRequested && First() is { } user)
        {
            string why;
            var isLogout = false;
            upAt = null;
            try
            {
                await ConnectAndReadAsync(user, ct);
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            // Whatever ends a feed, it starts again: a host that has ended the user's session in between included.
            catch (Exception e) when (EndsOneConnection(e))
            {
                (why, isLogout) = (e.Message, e is LoggedOutException);
            }
            finally
            {
                current = null;
            }
            OnDown(why);
            LogDown(user.Context.Log, GetType().Name, why);
            if (upAt is { } since && user.Context.Clock.GetElapsedTime(since) > Lives) pause = FirstPause;
            await Task.Delay(isLogout && !await IsOverAsync(user, ct) ? PauseAfterLogout : pause, user.Context.Clock, ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static bool EndsOneConnection(Exception e) => e is WebSocketException or HubRefusedException or LoggedOutException
        or HttpRequestException or ConnectorException or RequestNotSentException or OperationCanceledException or ObjectDisposedException
        or InvalidOperationException or IOException;

    // A token that is no longer good explains why the gateway has ended the session: with another one it goes on at once.
    private async Task<bool> IsOverAsync(FeedUser user, CancellationToken ct)
    {
        var clock = user.Context.Clock;
        var again = loggedOutAt is { } before && clock.GetElapsedTime(before) < LogoutsApart;
        loggedOutAt = clock.GetTimestamp();
        return !again && !await login.IsGoodAsync(token, user.Context, ct);
    }

    private async Task ConnectAndReadAsync(FeedUser user, CancellationToken ct)
    {
        token = await login.TokenAsync(user.Context, ct);
        void Tell(string target, JsonElement arguments) => Hear(user, target, arguments);
        HubLink opened;
        try
        {
            opened = await HubLink.OpenAsync(user.Context, user.Hub, token, Tell, ct);
        }
        catch (WebSocketException e) when (e.Message.Contains("401", StringComparison.Ordinal))
        {
            token = await login.RenewAsync(token, user.Context, ct);
            opened = await HubLink.OpenAsync(user.Context, user.Hub, token, Tell, ct);
        }
        await using var connection = opened;
        current = connection;
        var ending = connection.EndAsync(ct);
        try
        {
            await SubscribeAsync(connection, ct);
            upAt = user.Context.Clock.GetTimestamp();
            OnUp();
        }
        catch
        {
            // Why the connection has ended says more than the call that it took along.
            if (ending.Exception?.InnerException is LoggedOutException) await ending;
            throw;
        }
        await ending;
    }

    private void Hear(FeedUser user, string target, JsonElement arguments)
    {
        try
        {
            OnEvent(target, arguments);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            LogUnread(user.Context.Log, GetType().Name, target, e.Message);
            OnUnread();
        }
    }

    [LoggerMessage(5305, LogLevel.Warning, "{Feed}: an event {Target} of the hub could not be read: {Why}")]
    private static partial void LogUnread(ILogger log, string feed, string target, string why);

    [LoggerMessage(5301, LogLevel.Warning, "{Feed}: the connection to the hub has ended: {Why}")]
    private static partial void LogDown(ILogger log, string feed, string why);
}

/// <summary>The gateway has ended this session. Never leaves the feeds.</summary>
internal sealed class LoggedOutException(string words) : Exception($"Topstep has logged this session out: {words}");
