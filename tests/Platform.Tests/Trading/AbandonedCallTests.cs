using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Http;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Tests.Connectors;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>A connector that sends when the order has been given up, over the host's real HTTP to a real server: nothing arrives.</summary>
public sealed class AbandonedCallTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_connector_that_ignores_its_token_and_sends_when_it_was_left_behind_sends_nothing()
    {
        using var server = new RawServer();
        var (broker, late) = Broker(server, new SessionDeadlines { OrderSeconds = 0.2 });
        await using var rig = await TradingRig.StartAsync(platform, broker);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);

        var order = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(order, "UNKNOWN");
        late.Open.SetResult();
        await Eventually.True(() => late.Ended.Count == 1, TimeSpan.FromSeconds(10), "it tries to send");

        late.Ended.ShouldHaveSingleItem().ShouldBeOfType<RequestNotSentException>();
        await rig.StatusAsync(order, "REJECTED", 20);
        (await rig.RowAsync(order)).RejectCode.ShouldBe(OrderCodes.NotPlaced);
        server.Requests.ShouldBeEmpty();
        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_was_frozen_between_the_claim_and_the_wire_sends_nothing_once_the_next_epoch_runs()
    {
        using var server = new RawServer();
        var (broker, late) = Broker(server, new SessionDeadlines());
        await using var frozen = await TradingRig.StartAsync(platform, broker);
        var account = await frozen.AccountAsync();
        await frozen.HoldsAsync(account);
        var order = await frozen.SendAsync(account, Intents.Open(), validFor: TimeSpan.FromMinutes(1));
        await Eventually.True(() => late.Begun == 1, TimeSpan.FromSeconds(10), "it is past the fence");

        await frozen.FreezeAsync();
        await using var next = await TradingRig.StartAsync(platform, broker);
        await next.HoldsAsync(account);
        late.Open.SetResult();

        await Eventually.True(() => late.Ended.Count == 1, TimeSpan.FromSeconds(10), "it tries to send");
        late.Ended.ShouldHaveSingleItem().ShouldBeOfType<RequestNotSentException>();
        // What it knows to be unsent it gives back, unless the next one has begun to look for it. It goes once, or never.
        await Eventually.True(async () => (await next.RowAsync(order)).Status is "FILLED" or "REJECTED", TimeSpan.FromSeconds(40),
            "it is settled");
        var sent = (await next.RowAsync(order)).Status == "FILLED" ? 1 : 0;
        (server.Requests.Count, broker.Of(account.Id).Ledger.Count).ShouldBe((sent, sent));
    }

    private static (ScriptedBroker, LateConnector) Broker(RawServer server, SessionDeadlines deadlines)
    {
        var broker = new ScriptedBroker();
        LateConnector? late = null;
        var http = Guards.Http(Guards.Manifest, server.Address);
        late = new LateConnector(http, server.Address);
        broker.Front = account => Guards.Around(late.For(account), broker.Manifest, deadlines, http);
        return (broker, late);
    }

    /// <summary>
    /// Posts each order to the server before the scripted account takes it; the first one when the test says so, whatever its token says.
    /// </summary>
    private sealed class LateConnector(BrokerHttp http, Uri address)
    {
        private int begun;

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public System.Collections.Concurrent.ConcurrentQueue<Exception?> Ended { get; } = new();
        public int Begun => begun;

        public IBrokerConnector For(ScriptedAccount account) => new Session(this, account);

        private async Task SendAsync()
        {
            var first = Interlocked.Increment(ref begun) == 1;
            if (first) await Open.Task;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent("{}") };
                using var answer = await http.SendOnceAsync(request, RequestClass.Order, CancellationToken.None);
                if (first) Ended.Enqueue(null);
            }
            catch (Exception e)
            {
                if (first) Ended.Enqueue(e);
                throw;
            }
        }

        private sealed class Session(LateConnector late, ScriptedAccount account) : IBrokerConnector
        {
            public async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
            {
                try
                {
                    await late.SendAsync();
                }
                catch (RequestNotSentException e)
                {
                    return HttpOutcome.From(e);
                }
                return await account.PlaceAsync(order, CancellationToken.None);
            }

            public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => account.GetAccountAsync(ct);

            public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
                account.FindInstrumentsAsync(query, ct);

            public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => account.GetQuoteAsync(brokerSymbol, ct);

            public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) => account.CancelAsync(order, ct);

            public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
                account.ClosePositionAsync(close, ct);

            public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) => account.FindOrderAsync(order, ct);

            public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => account.GetStateAsync(window, ct);

            public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => account.StreamAsync(ct);

            public ValueTask DisposeAsync() => account.DisposeAsync();
        }
    }
}
