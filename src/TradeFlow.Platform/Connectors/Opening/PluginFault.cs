using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Connectors.Plugins.Processes;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>
/// Turns what leaves a plugin into what the platform knows. Never hands the exception itself on: its stack trace holds the plugin's code,
/// and a kept one would keep the plugin from being unloaded.
/// </summary>
internal static partial class PluginFault
{
    // Whoever is asked to wait longer than this would never come back.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <param name="counts">Whether it says something of how the plugin trades: enough faults in a row hold its entries back.</param>
    public static ConnectorException ToQueryError(Exception exception, LoadedPlugin plugin, string call, ILogger log, bool counts = true)
    {
        switch (exception)
        {
            case ConnectorException known:
                if (counts) plugin.Breaker.Succeeded();
                return new ConnectorException(known.Kind, AnswerCheck.Words(known.Message)) { RetryAfter = Bounded(known.RetryAfter) };
            case NonsenseException nonsense:
                // Of one account, it may be: it does not hold back the entries of the others.
                LogNonsense(log, plugin.Manifest.Slug, plugin.Manifest.Version, call, nonsense.Message);
                return new ConnectorException(ConnectorErrorKind.Protocol,
                    $"{plugin.Manifest.Name} answered what cannot be: {nonsense.Message}.");
            case RequestNotSentException notSent:
                return new ConnectorException(ConnectorErrorKind.RateLimited, AnswerCheck.Words(notSent.Message))
                {
                    RetryAfter = Bounded(notSent.RetryAfter),
                };
            case HttpRequestException http:
                return HttpOutcome.From(http) is OrderOutcome.NotSent unreachable
                    ? new ConnectorException(ConnectorErrorKind.Unreachable, unreachable.Why)
                    : new ConnectorException(ConnectorErrorKind.Transient,
                        $"The connection to {plugin.Manifest.Name} broke ({http.HttpRequestError}).");
            case PluginGoneException gone:
                // Who comes while there is none says nothing of how it runs.
                if (gone.WasHandedOver) Report(exception, plugin, call, log, counts);
                return new ConnectorException(ConnectorErrorKind.Transient,
                    $"The connector of {plugin.Manifest.Name} has ended. {AnswerCheck.Words(gone.Message)}")
                {
                    RetryAfter = gone.RetryAfter,
                };
            case TimeoutException:
                Report(exception, plugin, call, log, counts);
                return new ConnectorException(ConnectorErrorKind.Transient,
                    $"The connector of {plugin.Manifest.Name} did not answer in time.");
            case OperationCanceledException:
                return new ConnectorException(ConnectorErrorKind.Transient, $"{plugin.Manifest.Name} did not answer in time.");
            default:
                Report(exception, plugin, call, log, counts);
                return new ConnectorException(ConnectorErrorKind.Protocol,
                    $"The connector of {plugin.Manifest.Name} failed ({Name(exception)}).");
        }
    }

    public static OrderOutcome.Unknown ToOutcome(Exception exception, LoadedPlugin plugin, string call, ILogger log)
    {
        if (exception is not (HttpRequestException or OperationCanceledException or ConnectorException))
            Report(exception, plugin, call, log, counts: true);
        return exception switch
        {
            TimeoutException => new OrderOutcome.Unknown($"The connector of {plugin.Manifest.Name} did not answer in time."),
            PluginGoneException =>
                new OrderOutcome.Unknown($"The connector of {plugin.Manifest.Name} ended while the order may have been on its way."),
            OperationCanceledException => new OrderOutcome.Unknown($"No answer from {plugin.Manifest.Name} in time."),
            _ => new OrderOutcome.Unknown(
                $"The connector of {plugin.Manifest.Name} failed while the order may have been on its way ({Name(exception)})."),
        };
    }

    private static void Report(Exception exception, LoadedPlugin plugin, string call, ILogger log, bool counts)
    {
        if (counts) plugin.Breaker.Failed($"{call}: {Name(exception)}");
        LogFault(log, plugin.Manifest.Slug, plugin.Manifest.Version, call, TextOf(exception));
    }

    private static string Name(Exception exception) =>
        AnswerCheck.Words(exception is ForeignException foreign ? foreign.Type : exception.GetType().Name);

    // An exception of the plugin's own type says of itself what the plugin makes it say, and may throw while it does.
    private static string TextOf(Exception exception)
    {
        try
        {
            return exception.ToString();
        }
        catch (Exception)
        {
            return $"{Name(exception)}, which cannot be written out";
        }
    }

    private static TimeSpan? Bounded(TimeSpan? retryAfter) => retryAfter is { } asked
        ? asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestRetryAfter ? LongestRetryAfter : asked
        : null;

    [LoggerMessage(3302, LogLevel.Error, "The connector {Broker} {Version} answered what cannot be in {Call}: {Fault}")]
    private static partial void LogNonsense(ILogger log, string broker, string version, string call, string fault);

    [LoggerMessage(3301, LogLevel.Error, "The connector {Broker} {Version} failed in {Call}: {Fault}")]
    private static partial void LogFault(ILogger log, string broker, string version, string call, string fault);
}
