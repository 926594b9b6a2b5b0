using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Alerts.Secrets;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>
/// <c>POST /webhook/{broker}/{key?}</c>: who asks, whether they may at this rate, then <see cref="SignalPath"/>; the answer first, the log
/// behind it. TradingView sends again on 5xx, so 503 is answered only where nothing was recorded, and no other 5xx ever. A sender that
/// hangs up ends the reading of its body and nothing else: what it has sent goes its way, and the row says that nobody was there to be
/// answered.
/// </summary>
internal sealed partial class ReceiveWebhook(
    KeyIndex keys, FailureLimits failures, PluginCatalogue plugins, DialectList dialects, SignalRates rates, LimitedRows limited,
    SignalPath path, Confirmed confirmed, TradingViewSenders senders, WebhookLog log, TimeProvider clock, ILogger<ReceiveWebhook> logger)
{
    private const double LateMs = 2500;

    public async Task HandleAsync(HttpContext http, string broker, string? key)
    {
        var started = Stopwatch.GetTimestamp();
        var request = await WebhookRequest.ReadAsync(http, key, dialects);
        // The address of this request holds the key: spans keep the masked one.
        Activity.Current?.SetTag("url.path", Masking.Text(request.Path, request.NamedKeys));
        Attempt? attempt = null;
        Answer answer;
        try
        {
            (attempt, var refused) = await AdmitAsync(request, broker, http.Connection.RemoteIpAddress, started, http.RequestAborted);
            answer = refused ?? await path.RunAsync(attempt!, CancellationToken.None); // it is there when nothing was refused
        }
        catch (Exception e)
        {
            // The record itself answers for its own faults: this one came before it, or while a recorded signal was waited for.
            if (e is NpgsqlException or TimeoutException) LogAway(e);
            else LogFault(e);
            answer = attempt is { AnsweredOrder: { } order }
                ? Answer.Of(null, order, attempt.Webhook, attempt.Elapsed) : Answer.Unavailable();
        }
        var isTold = await WriteAsync(http, answer);
        Measure(attempt, answer, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (attempt is null) return;
        if (!isTold) confirmed.Remove(attempt.Webhook);
        log.Add(LogEntry.Of(attempt, answer, isTold));
    }

    private static void Measure(Attempt? attempt, Answer answer, double elapsed)
    {
        Measures.Signals.Add(1, new("status", answer.Status), new("code", answer.Code ?? "ok"));
        if (elapsed > LateMs) Measures.LateAnswers.Add(1);
        if (attempt is not { IsRecorded: true }) return;
        Measures.Stages.Record(attempt.ReceivedMs, new KeyValuePair<string, object?>("stage", "received"));
        Measures.Stages.Record(attempt.DecidedMs, new KeyValuePair<string, object?>("stage", "decided"));
        Measures.Stages.Record(attempt.RecordedMs, new KeyValuePair<string, object?>("stage", "recorded"));
        Measures.Stages.Record(elapsed, new KeyValuePair<string, object?>("stage", "answered"));
    }

    /// <summary>Key and rate. Whatever is wrong with a key, the answer is the same; only who holds a valid one learns more.</summary>
    private async ValueTask<(Attempt? Attempt, Answer? Refused)> AdmitAsync(
        WebhookRequest request, string broker, IPAddress? from, long started, CancellationToken gone)
    {
        if (request.Key is not { } key)
            return (null, request is { IsTooLarge: true, NamedKeys.Count: 0 } ? Answer.TooLarge(null) : Answer.NoKey(failures, from));
        if (await keys.FindSignedAsync(key, CancellationToken.None) is not var (account, signing))
            return (null, Answer.NoKey(failures, from));

        // Before anything is made of the message: a row is worth more than a look at a number.
        if (rates.Take(account, request.IsExit) is { } tooFast) return (null, Limit(tooFast));
        var attempt = AttemptOf();
        if (SignedMessage.FaultOf(request, signing, clock.GetUtcNow()) is { } fault)
            return Failed(CheckTrail.Signature, Answer.NotSigned(fault, attempt.Webhook), fault);
        // A sender that repeats a message keeps its id.
        if (signing is not null) request.Alert.Id ??= request.Signed.Id;
        if (account.Broker != broker && plugins.Find(broker)?.Slug != account.Broker) return Failed(CheckTrail.Key,
            Answer.KeyOfAnother(account.Broker, attempt.Webhook), $"The key belongs to an account of {account.Broker}.");
        if (!account.Enabled)
            return Failed(CheckTrail.Key, Answer.Disabled(account.DisabledReason, attempt.Webhook), "The account is switched off.");
        attempt.Checks.Pass(CheckTrail.Key);
        attempt.Checks.Pass(CheckTrail.Rate);
        if (signing is not null) attempt.Checks.Pass(CheckTrail.Signature);
        if (account.TradingViewOnly && !senders.Has(from))
            return Failed(CheckTrail.Sender, Answer.NotOfTradingView(from, attempt.Webhook), $"It came from {from}.");
        if (request.BrokenOff is { } status)
            return Failed(CheckTrail.Body, Answer.BrokenOff(status, attempt.Webhook), "The message did not arrive whole.");
        return (attempt, null);

        Answer Limit(RateWait wait)
        {
            if (limited.TryCount(account.AccountId, out var standing)) return Answer.Limited(wait, standing);
            var first = AttemptOf();
            first.Checks.Pass(CheckTrail.Key);
            first.Checks.Fail(CheckTrail.Rate, wait.Words);
            var answer = Answer.Limited(wait, first.Webhook);
            limited.Begin(LogEntry.Of(first, answer));
            return answer;
        }

        (Attempt?, Answer?) Failed(string check, Answer answer, string words)
        {
            attempt.Checks.Fail(check, words);
            return (attempt, answer);
        }

        Attempt AttemptOf()
        {
            var content = DialectList.Content(request.Body.Span);
            var made = new Attempt(started, clock)
            {
                Method = request.Method,
                Path = Masking.Text(request.Path, request.NamedKeys),
                Payload = Masking.Payload(content, request.NamedKeys),
                Length = request.Length,
                BodyHash = SHA256.HashData(content),
                Alert = request.Alert,
                IsTooLarge = request.IsTooLarge,
                Account = account,
                Gone = gone,
                ReloadAsync = async token =>
                {
                    await keys.ReloadAsync(account.AccountId);
                    // A secret may have come meanwhile.
                    return await keys.FindSignedAsync(key, token) is var (found, with)
                        && SignedMessage.FaultOf(request, with, clock.GetUtcNow()) is null ? found : null;
                },
            };
            made.ReceivedMs = made.Elapsed;
            return made;
        }
    }

    /// <returns>False when nobody was there any more.</returns>
    internal static async Task<bool> WriteAsync(HttpContext http, Answer answer)
    {
        if (http.RequestAborted.IsCancellationRequested) return false;
        var response = http.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = answer.Json.Length;
        if (answer.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            await response.Body.WriteAsync(answer.Json, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(2021, LogLevel.Warning, "PostgreSQL is away while a signal is received")]
    private partial void LogAway(Exception exception);

    [LoggerMessage(2022, LogLevel.Error, "A signal could not be taken")]
    private partial void LogFault(Exception exception);
}
