using System.Globalization;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>What a plugin may touch, from within its process: each thing is asked of the Worker, which alone has it.</summary>
internal sealed class HostContext(HostLine line, SessionGrant grant) : IConnectorContext, IConnectorState, ILogger
{
    private readonly Dictionary<string, Secret<string>> credentials =
        grant.Credentials.ToDictionary(entry => entry.Key, entry => new Secret<string>(entry.Value), StringComparer.Ordinal);

    public IBrokerHttp Http { get; } = new HostHttp(line);
    public TimeProvider Clock => TimeProvider.System;
    public ILogger Log => this;
    public IReadOnlyDictionary<string, Secret<string>> Credentials => credentials;
    public IConnectorState State => this;
    public IAgentChannel? Agent { get; } = grant.HasAgent ? new HostAgent(line) : null;

    public async ValueTask<string?> GetAsync(string key, CancellationToken ct) =>
        WireJson.Read((await line.AskAsync(Call.ReadState, WireJson.Reply(key, WireJson.Default.String), ct)).Json,
            WireJson.Default.String);

    public async ValueTask SetAsync(string key, string? value, CancellationToken ct) =>
        await line.AskAsync(Call.WriteState, WireJson.Reply(new StateCall(key, value), WireJson.Default.StateCall), ct);

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= grant.LogsFrom;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var text = exception is null ? formatter(state, exception) : string.Create(CultureInfo.InvariantCulture,
            $"{formatter(state, exception)}: {exception.GetType().Name}: {exception.Message}");
        line.Tell(Call.Log, WireJson.Reply(new LogLine(logLevel, text), WireJson.Default.LogLine));
    }
}
