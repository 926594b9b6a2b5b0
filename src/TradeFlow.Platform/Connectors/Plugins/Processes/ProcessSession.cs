using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>
/// A session that lives in the process of its plugin. A command that was not handed over before the process had gone is proven unsent;
/// one that was is not known, and the guard in front of this says so.
/// </summary>
internal class ProcessSession(PluginProcess process, long number, string broker) : IBrokerConnector
{
    private readonly Peer peer = process.Peer;

    /// <summary>True when its process has gone, and with it the session.</summary>
    public bool IsGone => peer.HasEnded;

    public async Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) =>
        (await AskAsync(Call.Account, default, WireJson.Default.AccountSnapshot, ct))!; // checked by the guard

    public async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        (await AskAsync(Call.Instruments, WireJson.Reply(query, WireJson.Default.InstrumentQuery),
            WireJson.Default.IReadOnlyListInstrument, ct))!; // the same

    public async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) =>
        (await AskAsync(Call.Quote, WireJson.Reply(brokerSymbol, WireJson.Default.String), WireJson.Default.Quote, ct))!; // the same

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        CommandAsync(Call.Place, order, WireJson.Default.PlaceOrder, ct);

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        CommandAsync(Call.Cancel, order, WireJson.Default.OrderKey, ct);

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        CommandAsync(Call.Close, close, WireJson.Default.ClosePosition, ct);

    public async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        (await AskAsync(Call.FindOrder, WireJson.Reply(order, WireJson.Default.OrderKey), WireJson.Default.LookupReply,
            ct))?.ToLookup()!; // the same

    public async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) =>
        (await AskAsync(Call.State, WireJson.Reply(window, WireJson.Default.StateWindow), WireJson.Default.BrokerState, ct))!; // the same

    public async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // One flow for the whole stream: what it sends between two updates has the leave that the stream has.
        var stream = peer.EnterFlow();
        try
        {
            while (true)
            {
                var reply = await peer.AskAsync(Call.NextUpdate, number, default, ct, flow: stream);
                var update = WireJson.Required(reply.Json, WireJson.Default.UpdateReply);
                if (update.IsEnd) yield break;
                yield return update.ToUpdate()!; // the same
            }
        }
        finally
        {
            if (!peer.HasEnded) await EndStreamAsync(stream);
            peer.Leave(stream);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (!peer.HasEnded) await peer.AskAsync(Call.EndSession, number, default, CancellationToken.None);
        }
        catch (PluginGoneException)
        {
            // Then it has ended.
        }
        finally
        {
            process.Desk.Withdraw(number);
        }
    }

    protected async Task<OrderOutcome> CommandAsync<T>(Call call, T command, JsonTypeInfo<T> type, CancellationToken ct)
    {
        try
        {
            var reply = await peer.AskAsync(call, number, WireJson.Reply(command, type).Json, ct);
            return WireJson.Required(reply.Json, WireJson.Default.OutcomeReply).ToOutcome()!; // the same
        }
        catch (PluginGoneException e) when (!e.WasHandedOver)
        {
            return new OrderOutcome.NotSent($"The process of the {broker} connector has ended; nothing was handed to it.");
        }
    }

    private async Task EndStreamAsync(long stream)
    {
        try
        {
            await peer.AskAsync(Call.EndStream, number, default, CancellationToken.None, flow: stream);
        }
        catch (PluginGoneException)
        {
            // Then it has ended.
        }
    }

    private async Task<T?> AskAsync<T>(Call call, Reply argument, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var reply = await peer.AskAsync(call, number, argument.Json, ct);
        return WireJson.Read(reply.Json, type);
    }
}

internal sealed class ModifyingProcessSession(PluginProcess process, long number, string broker) : ProcessSession(process, number, broker),
    IModifyOrders
{
    public Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct) =>
        CommandAsync(Call.Modify, change, WireJson.Default.ModifyOrder, ct);
}
