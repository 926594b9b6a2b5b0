using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Evil;

internal sealed class EvilConnector(ConnectRequest request, IConnectorContext context) : IBrokerConnector
{
    private readonly TaskCompletionSource later = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<string>? sending;

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) =>
        Task.FromResult(new AccountSnapshot { Currency = "USD", Balance = Environment.ProcessId });

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<Instrument>>([]);

    // What is tried stands in the symbol, and what came of it in the words of the refusal.
    public async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct)
    {
        if (brokerSymbol != "send now") throw new ConnectorException(ConnectorErrorKind.NotFound, await Deeds.DoAsync(brokerSymbol));
        later.SetResult();
        throw new ConnectorException(ConnectorErrorKind.NotFound, sending is null ? "There is nothing to send." : await sending);
    }

    public async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        switch (order.ClientOrderId)
        {
            case "overflows": return new OrderOutcome.Accepted(Overflow(1).ToString(CultureInfo.InvariantCulture));
            case "exits":
                Environment.Exit(0);
                break;
            case "hangs":
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "sends": return new OrderOutcome.Accepted(await SendAsync(Task.CompletedTask));
            case "sends later":
                sending = SendAsync(later.Task);
                break;
            case "answers at length": return new OrderOutcome.Rejected(RejectReason.Other, "", new string('x', 40 << 20));
            case "writes on the line":
                // A message that says of itself that it has 2 GB.
                await using (var line = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 0))
                    line.Write([0xff, 0xff, 0xff, 0x7f, .. new byte[60]]);
                break;
            case "asks without end":
                await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => AskAtLengthAsync(ct)));
                break;
            default: break;
        }
        return new OrderOutcome.Accepted("1");
    }

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted("1"));

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted("1"));

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        Task.FromResult<OrderLookup>(new OrderLookup.Absent(Conclusive: true));

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) =>
        Task.FromResult(new BrokerState { At = context.Clock.GetUtcNow(), OpenOrders = [], Positions = [] });

    public async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return new AccountUpdate.Snapshot(await GetStateAsync(new StateWindow(), ct));
        await Task.Delay(Timeout.Infinite, ct);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string> SendAsync(Task when)
    {
        await when;
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(request.Endpoints["api"],
                "/orders")) { Content = new StringContent("an order") };
            message.Headers.Add("X-Own", "yes");
            using var answer = await context.Http.SendOnceAsync(message, RequestClass.Order, CancellationToken.None);
            return await answer.Content.ReadAsStringAsync();
        }
        catch (RequestNotSentException e)
        {
            return e.Message;
        }
    }

    private async Task AskAtLengthAsync(CancellationToken ct)
    {
        try
        {
            await context.State.SetAsync("key", new string('x', 3 << 20), ct);
        }
        catch (ArgumentException)
        {
            // Too large for the store. That it was sent is what counts.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Overflow(long depth) => Overflow(depth + 1) + depth;
}
