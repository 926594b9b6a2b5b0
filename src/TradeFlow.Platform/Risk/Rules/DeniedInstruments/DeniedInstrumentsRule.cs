using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Risk.Rules.DeniedInstruments;

/// <summary>
/// No entry in these symbols, however they are spelled. A root such as <c>MES</c> stands for its continuous contract too.
/// </summary>
internal sealed class DeniedInstrumentsRule : IRiskRule
{
    public string Code => RiskCodes.DeniedInstrument;

    public int Order => 5;

    public RuleVerdict Decide(EntryFacts facts)
    {
        foreach (var denied in facts.Config.DeniedInstruments)
        {
            var name = Symbols.Canonical(denied);
            if (facts.Names.Any(known => known == name || Root(known) == name))
                return new RuleVerdict.Denied($"Symbol {facts.Names[0]} is denied");
        }
        return new RuleVerdict.Passed();
    }

    // TradingView's continuous contracts: MES1!, MES2!.
    private static string? Root(string name) => name is [.. var root, >= '0' and <= '9', '!'] && root.Length > 0 ? root : null;
}
