using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Takes one order of a lane as far as it gets now, and tells what became of it.</summary>
internal sealed partial class Dispatcher(
    IBrokerSessions sessions, OpenEntry opens, CloseExit closes, ReverseEntry reverses, TargetEntry targets, CancelExit cancels,
    ProtectExit protects, SendOnce send, OrderEnding ending, OrderStore store, Aftermath aftermath, ILogger<Dispatcher> log)
{
    private static readonly TimeSpan ResolveWithin = TimeSpan.FromSeconds(8);
    // A fault of code comes again, as a rule; a broken connection to the database does not.
    private const int ExitTriesOnFaults = 3;

    /// <param name="stopping">Ends what comes before the claim. From the claim on the order is finished.</param>
    /// <returns>False when the order may have to be looked at again.</returns>
    public async Task<bool> RunAsync(Lane lane, OrderRow order, CancellationToken stopping)
    {
        if (await ExecuteAsync(lane, order, stopping) is not { } row) return false;
        await aftermath.TellAsync(lane, row);
        return row.Status is not (OrderRow.Pending or OrderRow.Sending);
    }

    private async Task<OrderRow?> ExecuteAsync(Lane lane, OrderRow order, CancellationToken stopping)
    {
        using var resolving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        resolving.CancelAfter(ResolveWithin);
        var ct = resolving.Token;
        try
        {
            var session = await sessions.GetAsync(lane.AccountId, ct);
            if (order.Intent.Target is not null && order.ParentId is null) return await targets.RunAsync(lane, order, session, ct);
            if (order is { Intent.Action: TradeAction.Reverse, EntryRefusal: not null } && order.ToView().EntryRefusal is { } refusal)
                return await reverses.GetOutAsync(lane, order, session, refusal, ct);
            return order.Action switch
            {
                "open" => await opens.RunAsync(lane, order, session, null, ct),
                "close" or "flatten" => await closes.RunAsync(lane, order, session, ct),
                "reverse" => await reverses.RunAsync(lane, order, session, null, ct),
                "modify" => await protects.RunAsync(lane, order, session, ct),
                "cancel" => await cancels.RunAsync(lane, order, session, ct),
                _ => throw new RefusedException(OrderCodes.SignalInvalid, $"'{order.Action}' cannot be executed.", "intent.action"),
            };
        }
        catch (RefusedException refused)
        {
            var errors = refused.Code.StartsWith("broker.", StringComparison.Ordinal) ? null : refused.Errors;
            return await ending.RefuseAsync(lane, order, refused.Code, refused.Message, errors);
        }
        catch (Exception e) when (e is ConnectorException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            stopping.ThrowIfCancellationRequested();
            // Before the claim: proven unsent. (From the claim on, every exception of a connector is an outcome.)
            LogNotAsked(order.Id, e.Message);
            var permanent = e is ConnectorException { Kind: ConnectorErrorKind.Authentication or ConnectorErrorKind.Permission
                or ConnectorErrorKind.Misconfigured };
            if (e is ConnectorException { Kind: ConnectorErrorKind.RateLimited } limited
                && send.WaitsForItsTurn(lane, order, limited.RetryAfter))
                return null;
            if (!permanent && send.MayTryAgain(lane, order)) return null;
            var reason = e is ConnectorException ? e.Message : "The broker did not answer in time.";
            return await ending.RefuseAsync(lane, order, OrderCodes.BrokerUnreachable, reason);
        }
        catch (Exception e) when (e is NpgsqlException ? !DatabaseFault.Passes(e) : !stopping.IsCancellationRequested)
        {
            // With PostgreSQL away nothing is claimed: the order stays where it is, and the lane looks again.
            LogFault(e, order.Id);
            return await EndFaultyAsync(lane, order, e);
        }
    }

    // A fault that nobody foresaw ends this one order, and the lane goes on. Where it had come to is read from its row.
    private async Task<OrderRow?> EndFaultyAsync(Lane lane, OrderRow order, Exception fault)
    {
        var row = await store.FindAsync(order.Id, CancellationToken.None);
        switch (row)
        {
            case { Status: OrderRow.Pending }:
                if (send.MayTryAgain(lane, order, ExitTriesOnFaults)) return null;
                return await ending.RefuseAsync(lane, order, OrderCodes.Failed,
                    $"A fault kept the order from being sent ({fault.GetType().Name}). Nothing was sent.");
            case { Status: OrderRow.Sending } when row.Epoch == lane.Epoch:
                // Unknown, unless this worker knows that it never left.
                lane.TakeOverDue = true;
                return null;
            default:
                return row;
        }
    }

    [LoggerMessage(4023, LogLevel.Error, "A fault ended order {OrderId}")]
    private partial void LogFault(Exception e, Guid orderId);

    [LoggerMessage(4021, LogLevel.Warning, "Order {OrderId} was not sent: {Why}")]
    private partial void LogNotAsked(Guid orderId, string why);
}
