using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>
/// Contracts by id, by name and by ticker. Which month is the active one is the gateway's word, never a guess from the calendar.
/// </summary>
internal sealed class Catalogue(GatewayCalls calls, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim turn = new(1);
    private readonly ConcurrentDictionary<string, WireContract> byId = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<WireContract> available = [];
    private DateTimeOffset readAt = DateTimeOffset.MinValue;
    private volatile bool stale;

    /// <summary>Everything that is on offer now.</summary>
    public async Task<IReadOnlyList<WireContract>> AllAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (!stale && clock.GetUtcNow() - readAt < Fresh) return available;
            available = Learn(await calls.AvailableContractsAsync(ct));
            (readAt, stale) = (clock.GetUtcNow(), false);
            return available;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The list is read again when it is needed next.</summary>
    public void Forget() => stale = true;

    /// <summary>The one contract that a symbol means; null when there is none.</summary>
    public async Task<WireContract?> FindAsync(string symbol, CancellationToken ct)
    {
        var spoken = symbol.Trim();
        if (spoken.StartsWith("CON.", StringComparison.OrdinalIgnoreCase)) return await ByIdAsync(spoken, ct);
        if (ContractName.Parse(spoken) is not { } name) return null;
        // The list of the active ones answers almost every question; other months are searched for.
        if (name is { Month: null, Next: false } or { Month: not null } && Choose(await ListAsync(ct), name) is { } known) return known;
        return Choose(Learn(await calls.SearchContractsAsync(name.Ticker, ct)), name);
    }

    public async Task<WireContract?> ByIdAsync(string id, CancellationToken ct)
    {
        if (byId.TryGetValue(id, out var known)) return known;
        if ((await ListAsync(ct))
            .FirstOrDefault(contract => string.Equals(contract.Id, id, StringComparison.OrdinalIgnoreCase)) is { } listed)
            return listed;
        return await calls.ContractAsync(id, ct) is { } found ? Learn([found])[0] : null;
    }

    public WireContract? Known(string id) => byId.GetValueOrDefault(id);

    public static Instrument ToInstrument(WireContract contract) => new()
    {
        Symbol = ContractName.SymbolOf(contract),
        BrokerSymbol = contract.Id,
        Description = contract.Description ?? contract.Name ?? contract.Id,
        TickSize = contract.TickSize,
        TickValue = contract.TickValue,
        QuantityStep = 1,
        MinQuantity = 1,
        ContractSize = contract.TickValue / contract.TickSize,
        QuoteCurrency = "USD",
        QuantityUnit = QuantityUnit.Contracts,
        AssetClass = "future",
    };

    public void Dispose() => turn.Dispose();

    private static WireContract? Choose(IReadOnlyList<WireContract> contracts, ContractName name)
    {
        var ofTicker = contracts.Where(contract => name.IsOfTicker(contract) && contract is { TickSize: > 0, TickValue: > 0 })
            .OrderByDescending(contract => ContractName.TickerOf(contract) == name.Ticker).ThenBy(ContractName.ExpiryOf).ToList();
        if (name.Month is not null) return ofTicker.Find(name.IsOfMonth);
        var active = ofTicker.Find(contract => contract.ActiveContract);
        if (!name.Next) return active;
        return active is null ? null : ofTicker.Find(contract => ContractName.TickerOf(contract) == ContractName.TickerOf(active)
            && ContractName.ExpiryOf(contract) > ContractName.ExpiryOf(active));
    }

    // Without the list a contract is searched for; searchById and search are the older endpoints.
    private async Task<IReadOnlyList<WireContract>> ListAsync(CancellationToken ct)
    {
        try
        {
            return await AllAsync(ct);
        }
        catch (ConnectorException e) when (e.Kind is not ConnectorErrorKind.Authentication)
        {
            return [];
        }
    }

    private IReadOnlyList<WireContract> Learn(IReadOnlyList<WireContract> contracts)
    {
        foreach (var contract in contracts.Where(contract => contract is { TickSize: > 0, TickValue: > 0 })) byId[contract.Id] = contract;
        return contracts;
    }
}
