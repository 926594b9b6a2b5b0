using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>Asks the account's own session and keeps what it says in the table, where the Api finds it.</summary>
internal sealed class InstrumentsBySession(AccountSessions sessions, Database database, TimeProvider clock) : IInstrumentSource
{
    public async Task<InstrumentAnswer> AskAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct)
    {
        try
        {
            var found = await LookUpAsync(tenant, account, symbol, ct);
            // without an instrument there is a problem
            return found.Instrument is { } instrument
                ? new InstrumentAnswer.Found(instrument) : new InstrumentAnswer.UnknownSymbol(found.Problem!);
        }
        catch (ConnectorException e)
        {
            return new InstrumentAnswer.Unavailable(e.Message);
        }
    }

    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    public async Task<InstrumentFound> LookUpAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct)
    {
        var session = await sessions.GetAsync(account, ct);
        var spoken = symbol.Trim();
        var (match, problem) = await SymbolSearch.FindAsync(session.Connector, spoken, isTerminal: session.Manifest.Agent is not null,
            clock.GetUtcNow(), ct);
        if (match is null) return new InstrumentFound(null, problem!.Names, problem); // one of both
        await StoreAsync(tenant, account, match, ct);
        return new InstrumentFound(match, []);
    }

    private async Task StoreAsync(TenantId tenant, AccountId account, Instrument instrument, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            insert into connectors.instruments (account_id, broker_symbol, tenant_id, symbol, data) values ($1, $2, $3, $4, $5::jsonb)
            on conflict (account_id, broker_symbol) do update set symbol = excluded.symbol, data = excluded.data, updated_at = now()
            """);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(instrument.BrokerSymbol);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(Symbols.Canonical(instrument.Symbol));
        command.Parameters.AddWithValue(JsonSerializer.Serialize(instrument, ConnectorsJson.Default.Instrument));
        await command.ExecuteNonQueryAsync(ct);
    }
}
