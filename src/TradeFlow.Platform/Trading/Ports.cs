using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading;

/// <summary>The live session of an account, with what its broker can do.</summary>
internal sealed record BrokerSession(IBrokerConnector Connector, ConnectorManifest Manifest);

/// <summary>Opens sessions. Tests put a scripted broker here.</summary>
internal interface IBrokerSessions
{
    /// <exception cref="ConnectorException">There is no session now; nothing has been sent.</exception>
    Task<BrokerSession> GetAsync(AccountId account, CancellationToken ct);
}

/// <summary>What a symbol is at the broker of an account.</summary>
internal interface IInstruments
{
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    ValueTask<InstrumentLookup> FindAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct);
}

/// <param name="Instrument"><c>null</c> when the broker has no such symbol.</param>
internal sealed record InstrumentLookup(Instrument? Instrument, IReadOnlyList<string> Suggestions);

/// <summary>Tells a person of the tenant.</summary>
internal interface INotices
{
    Task AddAsync(TenantId tenant, string severity, string kind, string text, string? dataJson, CancellationToken ct);
}
