using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Tests.Shared.Connectors;

/// <summary>
/// What a connector's tests give it to touch: a store, what a user would have typed, and HTTP or the channel to a terminal.
/// </summary>
internal sealed record DeskContext(IConnectorState State, IReadOnlyDictionary<string, Secret<string>> Credentials,
    IBrokerHttp? ByHttp = null, IAgentChannel? Agent = null, TimeProvider? ByClock = null) : IConnectorContext
{
    public IBrokerHttp Http => ByHttp ?? throw new InvalidOperationException("This broker is not reached by HTTP.");
    public TimeProvider Clock => ByClock ?? TimeProvider.System;
    public ILogger Log => NullLogger.Instance;
}

/// <summary>The small store of an account; it outlives sessions.</summary>
internal sealed class Memory : IConnectorState
{
    private readonly ConcurrentDictionary<string, string> values = new(StringComparer.Ordinal);

    public bool Fails { get; set; }

    public ValueTask<string?> GetAsync(string key, CancellationToken ct) =>
        Fails ? throw new InvalidOperationException("the store is away") : ValueTask.FromResult(values.GetValueOrDefault(key));

    public ValueTask SetAsync(string key, string? value, CancellationToken ct)
    {
        if (Fails) throw new InvalidOperationException("the store is away");
        if (value is null) values.TryRemove(key, out _);
        else values[key] = value;
        return ValueTask.CompletedTask;
    }
}
