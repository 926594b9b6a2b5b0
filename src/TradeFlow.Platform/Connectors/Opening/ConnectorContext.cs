using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Http;

namespace TradeFlow.Platform.Connectors.Opening;

internal sealed class ConnectorContext(
    BrokerHttp http, TimeProvider clock, ILogger log, IReadOnlyDictionary<string, Secret<string>> credentials, IConnectorState state,
    IAgentChannel? agent)
    : IConnectorContext, IDisposable
{
    public IBrokerHttp Http => http;
    public TimeProvider Clock => clock;
    public ILogger Log => log;
    public IReadOnlyDictionary<string, Secret<string>> Credentials => credentials;
    public IConnectorState State => state;
    public IAgentChannel? Agent => agent;

    public void Dispose() => http.Dispose();
}

/// <summary>Names the account in front of each line of a plugin.</summary>
internal sealed class AccountLog(ILogger inner, string account) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    // The text is made here and now and the exception is not handed on: nothing of a plugin's types may be kept by a log provider.
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel)) return;
        var text = exception is null ? $"[{account}] {formatter(state, exception)}"
            : $"[{account}] {formatter(state, exception)}: {exception.GetType().Name}: {exception.Message}";
        inner.Log(logLevel, eventId, text, null, static (line, _) => line);
    }
}
