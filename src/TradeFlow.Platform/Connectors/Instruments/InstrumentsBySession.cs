using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>Asks the account's own session and keeps what it says in the table, where the Api finds it.</summary>
internal sealed class InstrumentsBySession(AccountSessions sessions, Database database) : IInstrumentSource
{
    public async Task<InstrumentAnswer> AskAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct)
    {
        try
        {
            var found = await LookUpAsync(tenant, account, symbol, ct);
            return found.Instrument is { } instrument ? new InstrumentAnswer.Found(instrument) : new InstrumentAnswer.UnknownSymbol(found.Suggestions);
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
        var instruments = await session.Connector.FindInstrumentsAsync(new InstrumentQuery { Symbol = spoken }, ct);
        var match = Choose(instruments, spoken);
        if (match is null && !string.Equals(Symbols.Canonical(spoken), spoken, StringComparison.Ordinal))
        {
            instruments = await session.Connector.FindInstrumentsAsync(new InstrumentQuery { Symbol = Symbols.Canonical(spoken) }, ct);
            match = Choose(instruments, spoken);
        }
        // A connector that answers a name with one instrument has said what the name means: "MES" and "MESZ2026" are what it calls MES1!.
        if (match is null && instruments is [var only]) match = only;
        if (match is null) return new InstrumentFound(null, await SuggestAsync(session, Symbols.Canonical(spoken), ct));
        await StoreAsync(tenant, account, match, ct);
        return new InstrumentFound(match, []);
    }

    private static async Task<IReadOnlyList<string>> SuggestAsync(AccountSession session, string symbol, CancellationToken ct)
    {
        try
        {
            return Near.To(symbol, (await session.Connector.FindInstrumentsAsync(new InstrumentQuery(), ct)).Select(instrument => instrument.Symbol));
        }
        catch (ConnectorException)
        {
            // That the symbol is unknown has been answered already; suggestions are a courtesy.
            return [];
        }
    }

    private static Instrument? Choose(IReadOnlyList<Instrument> instruments, string symbol)
    {
        foreach (var instrument in instruments)
            if (string.Equals(instrument.BrokerSymbol, symbol, StringComparison.OrdinalIgnoreCase)) return instrument;
        // Of several with the same platform symbol, one that can be traded, then the shortest name: "EURUSD" before "EURUSD.CFD".
        return instruments.Where(instrument => Symbols.Same(instrument.Symbol, symbol))
            .OrderByDescending(instrument => instrument.IsTradable).ThenBy(instrument => instrument.BrokerSymbol.Length).ThenBy(instrument => instrument.BrokerSymbol, StringComparer.Ordinal)
            .FirstOrDefault();
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
