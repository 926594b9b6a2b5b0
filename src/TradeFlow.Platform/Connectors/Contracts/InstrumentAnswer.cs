using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>What a symbol is at the broker of an account.</summary>
public abstract record InstrumentAnswer
{
    private InstrumentAnswer() { }

    public sealed record Found(Instrument Instrument) : InstrumentAnswer;

    /// <summary>The broker has no such symbol.</summary>
    public sealed record UnknownSymbol(IReadOnlyList<string> Suggestions) : InstrumentAnswer;

    /// <summary>The broker could not be asked: neither known nor unknown.</summary>
    public sealed record Unavailable(string Reason) : InstrumentAnswer;
}
