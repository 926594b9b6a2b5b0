using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Contracts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Replays;

/// <summary>
/// Sends a failed signal again, as a new one with a row of its own. It passes every check at the prices of now, and its id of then does not
/// count. What did not fail cannot be replayed, and a second press of the button within a moment is the same replay.
/// </summary>
internal sealed class Replay(
    LogReads log, TradingReads trading, AccountDirectory accounts, TenantContext tenant, DialectList dialects, SignalPath path,
    WebhookLog writer, TimeProvider clock)
{
    public static async Task<IResult> Handle(Guid id, Replay replay, CancellationToken ct) => await replay.RunAsync(id, ct);

    private async Task<IResult> RunAsync(Guid id, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        if (await log.FindAsync(id, ct) is not { } found) return Problem.NotFound();
        if (!await HasFailedAsync(found.View, ct))
            return Problem.Of(StatusCodes.Status409Conflict, AlertCodes.NotReplayable, "Only a signal that failed can be sent again.");
        if (found.View.Strategy is { } strategy)
            return Problem.Of(StatusCodes.Status409Conflict, AlertCodes.NotReplayable,
                $"It is a signal of the strategy {strategy.Name}, for all its accounts: it cannot be sent again for one of them. Trade by hand instead.");
        if (found.View.Removed is { } removed)
            return Problem.Of(StatusCodes.Status409Conflict, AlertCodes.NotReplayable,
                $"The message was {removed}: it cannot be sent again.");
        if (found.View.PayloadCut is not null)
            return Problem.Of(StatusCodes.Status409Conflict, AlertCodes.NotReplayable,
                $"Only the first {LogEntry.MostPayload} bytes of the message were kept: send it from its source.");
        var accountId = new AccountId(found.View.AccountId);
        if (await accounts.FindAsync(tenant, accountId, ct) is not { } account) return Problem.NotFound();

        var body = Encoding.UTF8.GetBytes(found.Payload);
        var attempt = new Attempt(started, clock)
        {
            Method = HttpMethods.Post,
            Path = $"/api/webhooks/log/{id}/replay",
            Payload = found.Payload,
            Length = body.Length,
            BodyHash = SHA256.HashData(body),
            Alert = dialects.Read(body),
            ReplayOf = new WebhookId(id),
            Account = account,
            Gone = ct,
            ReloadAsync = async token => await accounts.FindAsync(tenant, accountId, token),
        };
        attempt.ReceivedMs = attempt.Elapsed;
        attempt.Checks.Pass(CheckTrail.Key);
        // From here on it goes its way, whether or not somebody waits for it.
        var answer = account.Enabled
            ? await path.RunAsync(attempt, CancellationToken.None) : Answer.Disabled(account.DisabledReason, attempt.Webhook);
        writer.Add(LogEntry.Of(attempt, answer, isTold: !ct.IsCancellationRequested));
        return new Result(answer);
    }

    private async Task<bool> HasFailedAsync(LogView row, CancellationToken ct)
    {
        if (row.DuplicateOf is not null) return false;
        // A pending answer may have ended badly since.
        var order = row.OrderId is { } orderId ? await trading.OrderAsync(tenant.Wall, new OrderId(orderId), ct) : null;
        return order is null ? row.Status >= 400 : order.Status == "REJECTED";
    }

    /// <summary>The webhook's own answer, with its status.</summary>
    private sealed class Result(Answer answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = answer.Status == 401 ? StatusCodes.Status422UnprocessableEntity : answer.Status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            if (answer.RetryAfter is { } seconds)
                httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await httpContext.Response.Body.WriteAsync(answer.Json, httpContext.RequestAborted);
        }
    }
}
