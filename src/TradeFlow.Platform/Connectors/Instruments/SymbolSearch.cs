using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>Finds the one instrument of an account that a symbol means, or says why there is none. Nothing is guessed.</summary>
internal static class SymbolSearch
{
    /// <param name="isTerminal">The account's symbols are those that a terminal shows.</param>
    /// <returns>One of both.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    public static async Task<(Instrument? Match, SymbolProblem? Problem)> FindAsync(
        IBrokerConnector connector, string spoken, bool isTerminal, DateTimeOffset now, CancellationToken ct)
    {
        var instruments = await FindAsync(connector, spoken, ct);
        // What the account lists word for word is meant, whatever it looks like.
        if (Exact(instruments, spoken) is { } exact) return (exact, null);
        if (SpreadSymbol.Is(spoken) || await IsSpreadAsync(connector, spoken, ct)) return (null, new SymbolProblem(SymbolProblem.Spread,
            $"A spread of two symbols cannot be traded: {spoken}. Name one of them.", []));
        if (ForeignForm.Of(spoken) is not null) return (null, await UnknownAsync(connector, spoken, isTerminal, now, ct));

        var candidates = Candidates(instruments, spoken);
        if (candidates.Count == 0 && !string.Equals(Symbols.Canonical(spoken), spoken, StringComparison.Ordinal))
        {
            instruments = await FindAsync(connector, Symbols.Canonical(spoken), ct);
            candidates = Candidates(instruments, spoken);
        }
        return candidates switch
        {
            [var one] => (one, null),
            // A connector that answers a name with one instrument has said what the name means: "MES" is what it calls MES1!.
            [] when instruments is [var only] => (only, null),
            [] => (null, await UnknownAsync(connector, spoken, isTerminal, now, ct)),
            _ when Exact(candidates, Symbols.Canonical(spoken)) is { } plain => (plain, null), // "EURUSD" before "EURUSD.CFD".
            _ => (null, Ambiguous(spoken, [.. candidates.Select(candidate => candidate.BrokerSymbol)])),
        };
    }

    private static Task<IReadOnlyList<Instrument>> FindAsync(IBrokerConnector connector, string symbol, CancellationToken ct) =>
        connector.FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, ct);

    private static Instrument? Exact(IEnumerable<Instrument> instruments, string symbol) =>
        instruments.FirstOrDefault(instrument => string.Equals(instrument.BrokerSymbol, symbol, StringComparison.OrdinalIgnoreCase));

    // What stands behind a dash is a suffix, unless the account has it as a symbol of its own.
    private static async Task<bool> IsSpreadAsync(IBrokerConnector connector, string spoken, CancellationToken ct) =>
        SpreadSymbol.SecondLegOf(spoken) is { } leg && (await FindAsync(connector, leg, ct))
            .Any(instrument => Symbols.Same(instrument.BrokerSymbol, leg) || Symbols.Same(instrument.Symbol, leg));

    /// <summary>The instruments of a symbol: those that can be traded, if any can.</summary>
    private static List<Instrument> Candidates(IReadOnlyList<Instrument> instruments, string symbol)
    {
        var same = instruments.Where(instrument => Symbols.Same(instrument.Symbol, symbol))
            .DistinctBy(instrument => instrument.BrokerSymbol)
            .OrderBy(instrument => instrument.BrokerSymbol, StringComparer.Ordinal).ToList();
        return same.Exists(instrument => instrument.IsTradable) ? same.FindAll(instrument => instrument.IsTradable) : same.Count > 0
            ? same[..1] : same;
    }

    private static SymbolProblem Ambiguous(string spoken, IReadOnlyList<string> names)
    {
        var root = Symbols.Canonical(spoken);
        return new SymbolProblem(SymbolProblem.Ambiguous,
            $"{spoken} may be {string.Join(" or ", names)} on this account. Write the one that is meant, or add a line for {root} under Symbols: {root} is {names[0]}.",
            names);
    }

    private static async Task<SymbolProblem> UnknownAsync(
        IBrokerConnector connector, string spoken, bool isTerminal, DateTimeOffset now, CancellationToken ct)
    {
        IReadOnlyList<string> names = [];
        Instrument? active = null;
        try
        {
            var listed = (await connector.FindInstrumentsAsync(new InstrumentQuery(), ct)).Select(instrument => instrument.Symbol)
                .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            active = FutureSymbol.Parse(Symbols.Canonical(spoken)) is { Month: not null } dated
                ? (await FindAsync(connector, dated.Root + "1!", ct)) is [var first, ..] ? first : null : null;
            names = Near.To(Symbols.Canonical(spoken), listed, likeliest: [.. ForeignForm.Of(spoken)?.Written
                ?? [], .. OtherNames.Of(spoken), .. active is null ? Array.Empty<string>() : [active.Symbol]]);
        }
        catch (ConnectorException)
        {
            // That the symbol is unknown has been answered already; suggestions are a courtesy.
        }
        return new SymbolProblem(SymbolProblem.Unknown, UnknownWords.Of(spoken, names, active, isTerminal, now), names);
    }
}
