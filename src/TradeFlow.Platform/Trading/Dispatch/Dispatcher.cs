using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Takes one order of a lane as far as it gets now, and tells what became of it.</summary>
internal sealed partial class Dispatcher(
    IBrokerSessions sessions, OpenEntry opens, CloseExit closes, ReverseEntry reverses, CancelExit cancels, SendOnce send, OrderStore store,
    Aftermath aftermath, ILogger<Dispatcher> log)
{
    private static readonly TimeSpan ResolveWithin = TimeSpan.FromSeconds(8);

    /// <param name="stopping">Ends what comes before the claim. From the claim on the order is finished.</param>
    public async Task RunAsync(Lane lane, OrderRow order, CancellationToken stopping)
    {
        if (await ExecuteAsync(lane, order, stopping) is { } row) await aftermath.TellAsync(lane, row);
    }

    private async Task<OrderRow?> ExecuteAsync(Lane lane, OrderRow order, CancellationToken stopping)
    {
        using var resolving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        resolving.CancelAfter(ResolveWithin);
        var ct = resolving.Token;
        try
        {
            var session = await sessions.GetAsync(lane.AccountId, ct);
            return order.Action switch
            {
                "open" => await opens.RunAsync(lane, order, session, null, ct),
                "close" or "flatten" => await closes.RunAsync(lane, order, session, ct),
                "reverse" => await reverses.RunAsync(lane, order, session, ct),
                "cancel" => await cancels.RunAsync(lane, order, session, ct),
                _ => throw new RefusedException(OrderCodes.SignalInvalid, $"'{order.Action}' cannot be executed.", "intent.action"),
            };
        }
        catch (RefusedException refused)
        {
            return await EndAsync(lane, order, refused.Code, refused.Message, refused.Errors);
        }
        catch (Exception e) when (e is ConnectorException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            stopping.ThrowIfCancellationRequested();
            // Before the claim: proven unsent. (From the claim on, every exception of a connector is an outcome.)
            LogNotAsked(order.Id, e.Message);
            var permanent = e is ConnectorException { Kind: ConnectorErrorKind.Authentication or ConnectorErrorKind.Permission or ConnectorErrorKind.Misconfigured };
            if (!permanent && send.MayTryAgain(lane, order)) return null;
            var reason = e is ConnectorException ? e.Message : "The broker did not answer in time.";
            return await EndAsync(lane, order, OrderCodes.BrokerUnreachable, reason, null);
        }
    }

    private async Task<OrderRow?> EndAsync(Lane lane, OrderRow order, string code, string reason, IReadOnlyDictionary<string, string[]>? errors)
    {
        lane.Forget(order.Id);
        var ended = await store.RefuseAsync(order.Id, lane.Worker, OrderRow.Rejected, code, reason, code.StartsWith("broker.", StringComparison.Ordinal) ? null : errors, CancellationToken.None);
        return ended ? await store.FindAsync(order.Id, CancellationToken.None) : null;
    }

    [LoggerMessage(4021, LogLevel.Warning, "Order {OrderId} was not sent: {Why}")]
    private partial void LogNotAsked(Guid orderId, string why);
}
