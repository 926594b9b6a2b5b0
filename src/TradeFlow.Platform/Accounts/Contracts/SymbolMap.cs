using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>One line of an account's map.</summary>
/// <param name="Symbol">As signals name it, in the canonical spelling: <c>NAS100</c>; <c>NQ</c> for every month of the future; <c>*</c> for
/// all others.</param>
/// <param name="Target">The broker's name: <c>US100.cash</c>, <c>MNQ</c>; beside <c>*</c> it holds a <c>*</c>, such as <c>*.r</c>.</param>
/// <param name="Factor">What the quantity of a signal is multiplied by.</param>
internal sealed record SymbolRule(string Symbol, string Target, decimal Factor = 1);

/// <summary>What a symbol becomes on an account.</summary>
/// <param name="Rule">The line that said so; <c>null</c> when the symbol stays as it was written.</param>
internal sealed record MappedSymbol(string Symbol, decimal Factor, SymbolRule? Rule);

/// <summary>An account's own names for symbols.</summary>
internal sealed class SymbolMap(IReadOnlyList<SymbolRule> rules)
{
    public const string Others = "*";
    public static readonly SymbolMap Empty = new([]);

    private readonly Dictionary<string, SymbolRule> bySymbol = rules.ToDictionary(rule => rule.Symbol, StringComparer.Ordinal);

    public IReadOnlyList<SymbolRule> Rules => rules;

    public MappedSymbol Map(string spoken)
    {
        if (bySymbol.Count == 0 || spoken.Length == 0) return new MappedSymbol(spoken, 1, null);
        var symbol = Connectors.Contracts.Symbols.Canonical(spoken);
        if (bySymbol.TryGetValue(symbol, out var own)) return new MappedSymbol(own.Target, own.Factor, own);
        // A line for the root holds for every month: NQ → MNQ makes MNQ1! of NQ1!, and MNQZ2026 of NQZ2026.
        if (FutureSymbol.Parse(symbol) is { } future && bySymbol.TryGetValue(future.Root, out var root))
            return new MappedSymbol(root.Target + symbol[future.Root.Length..], root.Factor, root);
        return bySymbol.TryGetValue(Others, out var others) ? new MappedSymbol(
            others.Target.Replace(Others, symbol, StringComparison.Ordinal), others.Factor, others) : new MappedSymbol(spoken, 1, null);
    }

    internal static SymbolMap FromJson(string json) => new(JsonSerializer.Deserialize(json, SymbolMapJson.Default.ListSymbolRule) ?? []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<SymbolRule>))]
internal sealed partial class SymbolMapJson : JsonSerializerContext
{
    public static string Of(List<SymbolRule> rules) => JsonSerializer.Serialize(rules, Default.ListSymbolRule);
}
