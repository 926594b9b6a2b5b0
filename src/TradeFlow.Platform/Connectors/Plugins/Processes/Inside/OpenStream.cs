using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>
/// A stream of updates that the Worker takes one by one. It has one token for all its life: to give up the wait for one update ends it.
/// </summary>
internal sealed class OpenStream : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly IAsyncEnumerator<AccountUpdate> updates;

    public OpenStream(IBrokerConnector session) => updates = session.StreamAsync(ending.Token).GetAsyncEnumerator(ending.Token);

    public async Task<UpdateReply> NextAsync(CancellationToken ct)
    {
        await using var given = ct.UnsafeRegister(static source => _ = ((CancellationTokenSource)source!).CancelAsync(),
            ending); // given in this line
        return await updates.MoveNextAsync() ? UpdateReply.Of(updates.Current) : new UpdateReply { IsEnd = true };
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await updates.DisposeAsync();
    }
}
