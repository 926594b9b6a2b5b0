using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Alerts.Secrets;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;
using TradeFlow.Platform.Strategies.Keys;

namespace TradeFlow.Platform.Alerts.FanOut;

/// <summary>
/// What comes after the answer to the sender of a strategy: what it was told is noted, and the row of each account is completed once its
/// order has an outcome. Nothing is lost where the process ends before: the rows stand with their orders since the record.
/// </summary>
internal sealed partial class StrategyAnswers(
    StrategyDirectory strategies, SignalPath path, WebhookLog log, Supervisor supervisor, ILogger<StrategyAnswers> logger)
    : SupervisedService(supervisor)
{
    private const int QueueLength = 10_000;
    private readonly Channel<(StrategyRequest Request, Answer Answer)> queue =
        Channel.CreateBounded<(StrategyRequest, Answer)>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ConcurrentDictionary<Guid, Task> running = new();
    private readonly Drain drain = new();

    public static string? ActionOf(AlertReading alert) => alert.Intent is { } intent ? intent.Action.ToString().ToLowerInvariant() : null;

    public void Add(StrategyRequest request, Answer answer)
    {
        if (!queue.Writer.TryWrite((request, answer))) LogDropped(request.Id);
    }

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("answers of strategies", KeepNotingAsync)];

    /// <summary>Rows of what was answered are written before the process ends; orders that still run complete theirs no more.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        await drain.WaitAsync(cancellationToken);
        await Task.WhenAll(running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    private async Task KeepNotingAsync(CancellationToken stopping)
    {
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
            while (queue.Reader.TryRead(out var told))
            {
                foreach (var (attempt, answer) in told.Request.Accounts)
                {
                    if (answer is not null) log.Add(LogEntry.Of(attempt, answer));
                    else Watch(attempt);
                }
                await NoteAsync(told.Request, told.Answer);
            }
        await drain.EmptyAsync(stopping);
    }

    private void Watch(Attempt attempt)
    {
        var task = WatchAsync(attempt);
        running[attempt.Webhook.Value] = task;
        if (task.IsCompleted) running.TryRemove(attempt.Webhook.Value, out _);
    }

    private async Task WatchAsync(Attempt attempt)
    {
        try
        {
            log.Add(LogEntry.Of(attempt, await path.WatchAsync(attempt, CancellationToken.None)));
        }
        catch (Exception e)
        {
            // The order goes on, and its row says that it was recorded.
            LogUnwatched(e, attempt.Webhook);
        }
        finally
        {
            running.TryRemove(attempt.Webhook.Value, out _);
        }
    }

    private async Task NoteAsync(StrategyRequest request, Answer answer)
    {
        var alert = request.Sent.Alert;
        try
        {
            await strategies.NoteAsync(new SentSignal
            {
                Id = request.Id,
                Strategy = request.Strategy,
                ReceivedAt = request.ReceivedAt,
                Status = answer.Status,
                Code = answer.Code,
                Error = answer.Error is { } error ? Masking.Shapes(error) : null,
                Dialect = alert.Dialect,
                Action = ActionOf(alert),
                Symbol = alert.Intent?.Symbol,
                FanOut = request.FanOut,
            }, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // A repeat of it counts as one for a minute then, as if nobody had been answered.
            LogNotNoted(e, request.Id);
        }
    }

    [LoggerMessage(2042, LogLevel.Error, "Too much waits: what signal {Signal} of a strategy was answered is not noted")]
    private partial void LogDropped(Guid signal);

    [LoggerMessage(2043, LogLevel.Error, "The outcome of signal {Webhook} could not be written into its row")]
    private partial void LogUnwatched(Exception exception, WebhookId webhook);

    [LoggerMessage(2044, LogLevel.Warning, "What signal {Signal} of a strategy was answered could not be noted")]
    private partial void LogNotNoted(Exception exception, Guid signal);
}
