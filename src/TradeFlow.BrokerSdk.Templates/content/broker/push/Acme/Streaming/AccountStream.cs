using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Acme.Http;
using Acme.Mapping;
using TradeFlow.BrokerSdk;

namespace Acme.Streaming;

/// <summary>
/// The account's changes as the feed tells them. A feed is never trusted alone: the whole state is read after each connection, and what may
/// have been missed in between is told as a gap. While there is no connection, the account is read before each attempt.
/// </summary>
internal sealed class AccountStream(IBrokerConnector session, AcmeClient client, string account, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    // The broker gives no id twice, and events may come in the wrong order: what was closed does not come back.
    private readonly HashSet<string> closed = new(StringComparer.Ordinal);
    private TimeSpan pause = FirstPause;

    public async IAsyncEnumerable<AccountUpdate> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            using var feed = await TryOpenAsync(ct);
            // After the subscription, so that nothing falls between this reading and the first event. If it fails, the stream ends and the
            // platform starts it again.
            yield return new AccountUpdate.Snapshot(await session.GetStateAsync(new StateWindow(), ct));
            if (feed is not null)
            {
                while (await TryNextAsync(feed, ct) is { } message)
                {
                    // It works again: the next pause is a short one.
                    pause = FirstPause;
                    if (UpdateOf(message) is { } update) yield return update;
                }
                yield return new AccountUpdate.Gap("The connection to Acme's feed has ended.");
            }
            await Task.Delay(pause, clock, ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<Feed?> TryOpenAsync(CancellationToken ct)
    {
        try
        {
            return await client.OpenFeedAsync(account, ct);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    private static async Task<FeedMessage?> TryNextAsync(Feed feed, CancellationToken ct)
    {
        try
        {
            return await feed.NextAsync(ct);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    private AccountUpdate? UpdateOf(FeedMessage message) => message switch
    {
        { Type: "order", Order: { } order } => new AccountUpdate.Order(Reports.Of(order)),
        { Type: "fill", Fill: { } fill } => new AccountUpdate.Fill(Reports.Of(fill)),
        { Type: "position", Position: { } position } => UpdateOf(position, message.Closed),
        { Type: "account", Account: { } money } => new AccountUpdate.Balance(Reports.Of(money)),
        { Type: "ping" } => new AccountUpdate.Heartbeat(clock.GetUtcNow()),
        // The feed has learned a new word: what it means is in the state.
        _ => new AccountUpdate.Gap($"Acme's feed told of '{message.Type}', which this connector does not know."),
    };

    private AccountUpdate? UpdateOf(PositionDto position, bool isClosed)
    {
        if (isClosed) closed.Add(position.Id);
        else if (closed.Contains(position.Id)) return null;
        return new AccountUpdate.Position(Reports.Of(position), isClosed);
    }
}
