using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading;

/// <summary>Opens sessions. Tests put a scripted broker here.</summary>
internal interface IBrokerSessions
{
    /// <exception cref="ConnectorException">There is no session now; nothing has been sent.</exception>
    Task<AccountSession> GetAsync(AccountId account, CancellationToken ct);

    /// <summary>The session of an account may be opened here.</summary>
    void Serve(AccountId account);

    /// <summary>Ends the session of an account, so that it can be opened elsewhere.</summary>
    Task ReleaseAsync(AccountId account);
}

/// <summary>What a symbol is at the broker of an account. Tests put a scripted broker here.</summary>
internal interface IInstruments
{
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    ValueTask<InstrumentLookup> FindAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct);
}

/// <param name="Instrument"><c>null</c> when the symbol is not one instrument of the account.</param>
/// <param name="Problem">Why it is not.</param>
internal sealed record InstrumentLookup(Instrument? Instrument, SymbolProblem? Problem = null);

/// <summary>The sessions of the loaded plugins.</summary>
internal sealed class PluginSessions(AccountSessions sessions) : IBrokerSessions
{
    public Task<AccountSession> GetAsync(AccountId account, CancellationToken ct) => sessions.GetAsync(account, ct).AsTask();

    public void Serve(AccountId account) => sessions.Serve(account);

    public Task ReleaseAsync(AccountId account) => sessions.ReleaseAsync(account);
}

/// <summary>The instruments as the directory knows them.</summary>
internal sealed class DirectoryInstruments(InstrumentDirectory directory) : IInstruments
{
    public async ValueTask<InstrumentLookup> FindAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct) =>
        await directory.FindAsync(tenant, account, symbol, ct) switch
        {
            InstrumentAnswer.Found found => new InstrumentLookup(found.Instrument),
            InstrumentAnswer.UnknownSymbol unknown => new InstrumentLookup(null, unknown.Problem),
            InstrumentAnswer.Unavailable away => throw new ConnectorException(away.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
