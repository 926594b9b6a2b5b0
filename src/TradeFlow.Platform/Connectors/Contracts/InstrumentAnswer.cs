using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>What a symbol is at the broker of an account.</summary>
public abstract record InstrumentAnswer
{
    private InstrumentAnswer() { }

    public sealed record Found(Instrument Instrument) : InstrumentAnswer;

    /// <summary>The symbol is not one instrument of the account.</summary>
    public sealed record UnknownSymbol(SymbolProblem Problem) : InstrumentAnswer;

    /// <summary>The broker could not be asked: neither known nor unknown.</summary>
    public sealed record Unavailable(string Reason) : InstrumentAnswer;
}

/// <summary>Why a symbol is not one instrument of an account.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Words">A sentence that tells the mend.</param>
/// <param name="Names">The account's names that come near, or those that it may mean.</param>
public sealed record SymbolProblem(string Kind, string Words, IReadOnlyList<string> Names)
{
    /// <summary>The account has none of that name.</summary>
    public const string Unknown = "unknown";

    /// <summary>Several of the account's names have it as their root: nobody guesses.</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>It is two symbols.</summary>
    public const string Spread = "spread";
}
