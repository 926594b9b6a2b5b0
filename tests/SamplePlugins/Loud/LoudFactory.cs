using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Loud;

/// <summary>A plugin that brings Microsoft.Extensions.Logging and all that it stands on, and uses it as soon as it is made.</summary>
public sealed class LoudFactory : IConnectorFactory
{
    /// <summary>Makes a logger of its own.</summary>
    public LoudFactory()
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning));
        if (loggers.CreateLogger("loud").IsEnabled(LogLevel.Warning))
            throw new InvalidOperationException("There is no provider: nothing is logged.");
    }

    /// <inheritdoc/>
    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct) =>
        Task.FromResult<ConnectOutcome>(new ConnectOutcome.Failed([new FieldProblem("", "It only logs.")]));
}
