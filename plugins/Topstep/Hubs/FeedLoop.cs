using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>A session that lends its way out to the feed that it shares with the user's other sessions.</summary>
internal sealed record FeedUser(IConnectorContext Context, LoginContext Login, Uri Hub);

/// <summary>
/// One connection to a hub for all sessions of a user: a second one would log the first out. It lives while somebody uses it, comes back after every end,
/// and tells each time, because the hub forgets its subscriptions.
/// </summary>
internal abstract partial class FeedLoop(Login login)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    // A connection that lived as long was a real one: after its end the next is tried at once. One that did not makes the pauses grow.
    private static readonly TimeSpan Lives = TimeSpan.FromSeconds(5);
    // Somebody else of this user has connected: no tug of war.
    private static readonly TimeSpan PauseAfterLogout = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<FeedUser> users = [];
    private Func<Task>? stop;
    private Task running = Task.CompletedTask;
    private volatile bool loggedOut;
    private volatile HubConnection? current;
    private long? upAt;

    /// <summary>The open connection, while there is one.</summary>
    protected HubConnection? Connection => current;

    public bool IsConnected => current is not null;

    protected abstract Task SubscribeAsync(HubConnection connection, CancellationToken ct);

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

    /// <summary>The hub has told that this session was replaced.</summary>
    protected void NoteLogout() => loggedOut = true;

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
            catch (Exception e) when (e is WebSocketException or HubRefusedException or HttpRequestException or ConnectorException or RequestNotSentException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                why = e.Message;
            }
            finally
            {
                current = null;
            }
            OnDown(why);
            LogDown(user.Context.Log, GetType().Name, why);
            if (upAt is { } since && user.Context.Clock.GetElapsedTime(since) > Lives) pause = FirstPause;
            await Task.Delay(loggedOut ? PauseAfterLogout : pause, user.Context.Clock, ct);
            loggedOut = false;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ConnectAndReadAsync(FeedUser user, CancellationToken ct)
    {
        var token = await login.TokenAsync(user.Login, ct);
        HubConnection opened;
        try
        {
            opened = await HubConnection.OpenAsync(user.Context, user.Hub, token, ct);
        }
        catch (WebSocketException e) when (e.Message.Contains("401", StringComparison.Ordinal))
        {
            opened = await HubConnection.OpenAsync(user.Context, user.Hub, await login.RenewAsync(token, user.Login, ct), ct);
        }
        await using var connection = opened;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = connection.ReadAsync((target, arguments) => Hear(user, target, arguments), end.Token);
        try
        {
            current = connection;
            await SubscribeAsync(connection, ct);
            upAt = user.Context.Clock.GetTimestamp();
            OnUp();
        }
        catch
        {
            await end.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        await reading;
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
