using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// The symbols of a report as they are kept: the rules, which hardly ever change, apart from the prices, which always do. The value of a
/// tick is a price too: it is counted in the account's currency.
/// </summary>
internal static class AgentQuotes
{
    /// <summary>By symbol.</summary>
    public static string Rules(AgentReport report)
    {
        var rules = new Dictionary<string, AgentSymbol>(StringComparer.Ordinal);
        foreach (var symbol in report.Symbols)
            rules[symbol.Symbol] = symbol with { Bid = null, Ask = null, TickValue = null, SeenAt = default };
        return JsonSerializer.Serialize(rules, AgentsJson.Default.DictionaryStringAgentSymbol);
    }

    /// <summary>By symbol: bid, ask, value of a tick, and when it was told.</summary>
    public static string Prices(AgentReport report)
    {
        decimal? at = report.ReceivedAt.ToUnixTimeMilliseconds();
        var prices = new Dictionary<string, decimal?[]>(StringComparer.Ordinal);
        foreach (var symbol in report.Symbols) prices[symbol.Symbol] = [symbol.Bid, symbol.Ask, symbol.TickValue, at];
        return JsonSerializer.Serialize(prices, AgentsJson.Default.DictionaryStringNullableDecimalArray);
    }

    /// <param name="rules">As <see cref="Rules"/> wrote it, with the time of each.</param>
    /// <param name="prices">As <see cref="Prices"/> wrote it.</param>
    public static IReadOnlyList<AgentSymbol> Join(string rules, string prices)
    {
        var symbols = JsonSerializer.Deserialize(rules, AgentsJson.Default.DictionaryStringAgentSymbol) ?? [];
        var quoted = JsonSerializer.Deserialize(prices, AgentsJson.Default.DictionaryStringNullableDecimalArray) ?? [];
        return [.. symbols.Values.Select(symbol => quoted.GetValueOrDefault(symbol.Symbol) is [var bid, var ask, var tickValue, { } at]
            ? symbol with { Bid = bid, Ask = ask, TickValue = tickValue, SeenAt = DateTimeOffset.FromUnixTimeMilliseconds((long)at) }
            : symbol)];
    }
}
