using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Instruments;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// Symbols of an account: memory, then the table, then the broker. Rules (tick, step, minimum) are trusted for an hour; that a symbol
/// exists is trusted longer when the broker is away, because an exit must not fail for it. That a symbol does not exist is believed for 30
/// s.
/// </summary>
internal sealed class InstrumentDirectory(Database database, IInstrumentSource source, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    // After a roll a continuous symbol is another contract.
    private static readonly TimeSpan FreshAsFuture = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FreshWhenAbsent = TimeSpan.FromSeconds(30);
    private const int Capacity = 50_000;
    private readonly ConcurrentDictionary<(AccountId Account, string Symbol), Remembered> memory = new();

    public async ValueTask<InstrumentAnswer> FindAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct)
    {
        var key = (account, symbol.Trim().ToUpperInvariant());
        if (memory.TryGetValue(key, out var remembered) && remembered.Until > clock.GetUtcNow()) return remembered.Answer;

        var stored = await ReadAsync(tenant, account, symbol.Trim(), ct);
        if (Trusted(stored, symbol.Trim()) is { } row && row.UpdatedAt + Trust(row.Instrument) > clock.GetUtcNow())
            return Remember(key, new InstrumentAnswer.Found(row.Instrument), row.UpdatedAt + Trust(row.Instrument));

        var asked = await source.AskAsync(tenant, account, symbol, ct);
        return asked switch
        {
            InstrumentAnswer.Found found => Remember(key, found, clock.GetUtcNow() + Trust(found.Instrument)),
            InstrumentAnswer.UnknownSymbol unknown => Remember(key, unknown, clock.GetUtcNow() + FreshWhenAbsent),
            _ when (Trusted(stored, symbol.Trim()) ?? Only(stored, symbol.Trim())) is { } old => new InstrumentAnswer.Found(old.Instrument),
            _ => asked,
        };
    }

    // A name that is stored is that name. Its root is it as well where no suffix was dropped for it: of two suffixes nobody knows which is
    // meant.
    private static Row? Trusted(List<Row> rows, string symbol)
    {
        if (rows.Find(row => Is(row, symbol)) is { } exact) return exact;
        return MayBeSpread(symbol)
            ? null : rows.Find(row => Is(row, Symbols.Canonical(symbol))) ?? rows.Find(row => row.Instrument.AssetClass == "future");
    }

    private static Row? Only(List<Row> rows, string symbol) => rows is [var only] && !MayBeSpread(symbol) ? only : null;

    private static bool MayBeSpread(string symbol) =>
        SpreadSymbol.Is(symbol) || SpreadSymbol.SecondLegOf(symbol) is not null || ForeignForm.Of(symbol) is not null;

    private static bool Is(Row row, string symbol) =>
        string.Equals(row.Instrument.BrokerSymbol, symbol, StringComparison.OrdinalIgnoreCase);

    private static TimeSpan Trust(Instrument instrument) => instrument.AssetClass == "future" ? FreshAsFuture : Fresh;

    private InstrumentAnswer Remember((AccountId, string) key, InstrumentAnswer answer, DateTimeOffset until)
    {
        if (memory.Count >= Capacity) memory.Clear();
        memory[key] = new Remembered(answer, until);
        return answer;
    }

    private async Task<List<Row>> ReadAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Wall.Around(tenant).Command());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            select data, updated_at from connectors.instruments
            where account_id = $1 and (upper(broker_symbol) = $2 or symbol = $3)
            order by updated_at desc, broker_symbol limit 20
            """)
        {
            Parameters = { new() { Value = account.Value }, new() { Value = symbol.ToUpperInvariant() }, new()
            {
                Value = Symbols.Canonical(symbol)
            } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        List<Row> rows = [];
        while (await reader.ReadAsync(ct))
        {
            var instrument = JsonSerializer.Deserialize(reader.GetString(0), ConnectorsJson.Default.Instrument)
                ?? throw new JsonException("A stored instrument is null.");
            // What was stored before answers were checked is asked for again.
            if (AnswerCheck.Fault(instrument) is null) rows.Add(new Row(instrument, reader.GetFieldValue<DateTimeOffset>(1)));
        }
        return rows;
    }

    private sealed record Row(Instrument Instrument, DateTimeOffset UpdatedAt);

    private sealed record Remembered(InstrumentAnswer Answer, DateTimeOffset Until);
}
