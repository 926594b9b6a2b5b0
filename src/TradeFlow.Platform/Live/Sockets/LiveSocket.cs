using System.Net;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>One open socket: a snapshot, then events, until the client goes or its token ends.</summary>
internal sealed class LiveSocket(
    LiveHub hub, ILiveSnapshot snapshots, AccessTokens tokens, RedisBus bus, IOptions<LiveOptions> options, TimeProvider clock)
{
    /// <summary>The token is not valid, or not any more: get a new one and come again.</summary>
    public const WebSocketCloseStatus BadToken = (WebSocketCloseStatus)4401;

    /// <summary>The user has too many sockets open.</summary>
    public const WebSocketCloseStatus TooMany = (WebSocketCloseStatus)4429;

    private static readonly TimeSpan ProgramRecheck = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    // PostgreSQL was away when it was asked.
    private static readonly TimeSpan AgainWhenHeldBack = TimeSpan.FromSeconds(1);

    private TimeSpan WithoutRedis => TimeSpan.FromSeconds(options.Value.SnapshotSecondsWithoutRedis);

    /// <param name="writes">The stream below the socket, where it has one that gathers.</param>
    public async Task RunAsync(WebSocket socket, GatheredWrites? writes, string? token, IPAddress? from, CancellationToken ct)
    {
        if (token is not { Length: > 0 } || await tokens.ValidateAsync(token, from, fresh: false, ct) is not { } caller
            || !AccessTokens.MayRead(caller))
        {
            await CloseAsync(socket, BadToken, "The token is not valid.");
            return;
        }
        var tenant = new TenantId(caller.Guid(TradeFlowClaims.Tenant)!.Value); // AccessTokens writes both claims
        var user = new UserId(caller.Guid(TradeFlowClaims.User)!.Value);
        if (!hub.TryEnter(user, options.Value.SocketsPerUser))
        {
            await CloseAsync(socket, TooMany, "Too many connections of one user.");
            return;
        }
        using var queue = new LiveQueue(options.Value.QueueLength, TimeSpan.FromMilliseconds(options.Value.BeatMilliseconds),
            AccessTokens.AccountsOf(caller), clock);
        // What it may see may have changed before it could be told of a change.
        queue.HoldBack();
        try
        {
            var listens = await hub.AddAsync(tenant, queue, ct);
            await ServeAsync(socket, writes, token, caller, tenant, queue, listens, ct);
        }
        finally
        {
            hub.Remove(tenant, queue);
            hub.Leave(user);
        }
    }

    private async Task ServeAsync(
        WebSocket socket, GatheredWrites? writes, string token, ClaimsPrincipal caller, TenantId tenant, LiveQueue queue, bool listens,
        CancellationToken ct)
    {
        // To stop hearing is to cut the connection, so it ends last: until then the end can be said.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var hearing = ReceiveAsync(socket, cut.Token);
        var guarding = GuardAsync(token, caller, tenant, queue, end.Token);
        Task[] parts =
            [WriteAsync(socket, writes, tenant, queue, end.Token), guarding, RefreshWithoutRedisAsync(queue, listens, end.Token)];
        var first = await Task.WhenAny([hearing, .. parts]);
        var tokenEnded = first == guarding && first.IsCompletedSuccessfully;
        await end.CancelAsync();
        // All of them have to be over before the socket is closed: it takes one sender at a time.
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (tokenEnded) await CloseAsync(socket, BadToken, "The token has ended.", hearing);
        else await CloseAsync(socket, WebSocketCloseStatus.NormalClosure, null, hearing);
        await cut.CancelAsync();
        await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync(WebSocket socket, GatheredWrites? writes, TenantId tenant, LiveQueue queue, CancellationToken ct)
    {
        List<LiveMessage> batch = [];
        while (true)
        {
            if (queue.TakeSnapshotWish() is { } scope)
                await SendAsync(socket, Encoding.UTF8.GetBytes(await snapshots.SnapshotJsonAsync(new Wall(tenant, scope), ct)), ct);
            queue.Take(batch);
            if (batch.Count == 0)
            {
                await queue.WaitAsync(ct);
                continue;
            }
            writes?.Keep();
            try
            {
                foreach (var message in batch) await SendAsync(socket, message.Json, ct);
            }
            finally
            {
                if (writes is not null) await writes.ReleaseAsync(ct);
            }
            batch.Clear();
        }
    }

    // Clients say nothing that we need, but their close has to be heard.
    private static async Task ReceiveAsync(WebSocket socket, CancellationToken ct)
    {
        var buffer = new byte[128];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), ct)).MessageType != WebSocketMessageType.Close) { }
    }

    /// <summary>
    /// Ends when the token does: at its time, or when its session or tenant has changed. Where only what its member sees has changed, that
    /// counts from then on.
    /// </summary>
    private async Task GuardAsync(string token, ClaimsPrincipal caller, TenantId tenant, LiveQueue queue, CancellationToken ct)
    {
        var recheck = TimeSpan.FromSeconds(options.Value.RecheckSeconds);
        // What ends a session is said by the person who is there; a program is cut off by somebody else, who expects it to be gone.
        if (caller.FindFirst(TradeFlowClaims.Session) is null && recheck > ProgramRecheck) recheck = ProgramRecheck;
        var ends = long.TryParse(caller.FindFirst(AccessTokens.EndsClaim)?.Value, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.MaxValue;
        while (true)
        {
            var left = ends - clock.GetUtcNow();
            if (left <= TimeSpan.Zero) return;
            var pause = queue.IsHeldBack ? AgainWhenHeldBack : bus.IsConnected ? recheck : Shorter(recheck, WithoutRedis);
            await queue.WaitForCheckAsync(Shorter(left, pause), ct);
            var asOf = queue.Changes;
            try
            {
                if (await tokens.ValidateAsync(token, null, fresh: true, ct) is not { } now
                    || now.Guid(TradeFlowClaims.Tenant) != tenant.Value)
                    return;
                queue.Show(AccessTokens.AccountsOf(now), asOf);
            }
            catch (Npgsql.NpgsqlException)
            {
                // PostgreSQL is away: the answer is not known, what is held back stays so, and the end of the token still counts.
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task RefreshWithoutRedisAsync(LiveQueue queue, bool listens, CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(WithoutRedis, clock, ct);
            if (listens && bus.IsConnected) continue;
            listens = await bus.ListensAsync(ct);
            queue.AskForSnapshot();
        }
    }

    private static async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> message, CancellationToken ct) =>
        await socket.SendAsync(message, WebSocketMessageType.Text,
            WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, ct);

    /// <param name="hearing">Ends when the client has closed it, where somebody listens for that already.</param>
    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string? words, Task? hearing = null)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        using var timeout = new CancellationTokenSource(CloseTimeout);
        try
        {
            if (hearing is null)
            {
                await socket.CloseAsync(status, words, timeout.Token);
                return;
            }
            await socket.CloseOutputAsync(status, words, timeout.Token);
            await hearing.WaitAsync(timeout.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody is there any more to say goodbye to.
            socket.Abort();
        }
    }
}
