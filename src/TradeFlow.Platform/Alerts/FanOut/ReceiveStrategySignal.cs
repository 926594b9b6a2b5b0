using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Alerts.Secrets;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Keys;

namespace TradeFlow.Platform.Alerts.FanOut;

/// <summary>
/// <c>POST /webhook/strategy/{key}</c>: who asks, whether they may at this rate, then <see cref="StrategyFanOut"/>. It is answered as soon
/// as the signal is recorded for all accounts. Only the key in the path counts; broker and keys in the message are another's business.
/// </summary>
internal sealed partial class ReceiveStrategySignal(
    StrategyDirectory strategies, FailureLimits failures, DialectList dialects, SignalRates rates, StrategyFanOut fanOut,
    StrategyAnswers answers, TimeProvider clock, ILogger<ReceiveStrategySignal> logger)
{
    public async Task HandleAsync(HttpContext http, string key)
    {
        var started = Stopwatch.GetTimestamp();
        var sent = await WebhookRequest.ReadAsync(http, key, dialects);
        // The address of this request holds the key: spans keep the masked one.
        Activity.Current?.SetTag("url.path", Masking.Text(sent.Path, sent.NamedKeys));
        StrategyRequest? request = null;
        Answer answer;
        try
        {
            if (await strategies.FindAsync(key.Trim(), CancellationToken.None) is not { } strategy)
                answer = Answer.NoKey(failures, http.Connection.RemoteIpAddress);
            else if (rates.Take(strategy, sent.IsExit) is { } tooFast) answer = Answer.Limited(tooFast, null);
            else
            {
                request = new StrategyRequest(sent, strategy, http.Connection.RemoteIpAddress, started, clock);
                answer = Faulty(request) ?? await fanOut.RunAsync(request);
            }
        }
        catch (Exception e)
        {
            // The record answers for its own faults: this one came before it, or the accounts could not be read.
            if (e is NpgsqlException or TimeoutException) LogAway(e);
            else LogFault(e);
            answer = Answer.Unavailable(isProven: false);
        }
        await ReceiveWebhook.WriteAsync(http, answer);
        Measures.Signals.Add(1, new("status", answer.Status), new("code", answer.Code ?? "ok"));
        if (request is not null) answers.Add(request, answer);
    }

    private static Answer? Faulty(StrategyRequest request)
    {
        var (sent, id) = (request.Sent, new WebhookId(request.Id));
        if (sent.BrokenOff is { } status) return Answer.BrokenOff(status, id).AsOfStrategy();
        if (sent.IsTooLarge) return Answer.TooLarge(id).AsOfStrategy();
        return sent.Alert.Errors is { } errors ? Answer.Invalid(errors, id).AsOfStrategy() : null;
    }

    [LoggerMessage(2045, LogLevel.Warning, "PostgreSQL is away while a signal of a strategy is received")]
    private partial void LogAway(Exception exception);

    [LoggerMessage(2046, LogLevel.Error, "A signal of a strategy could not be taken")]
    private partial void LogFault(Exception exception);
}
