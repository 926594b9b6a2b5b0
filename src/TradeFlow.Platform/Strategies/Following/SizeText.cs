using System.Text.Json;
using TradeFlow.Platform.Strategies.Contracts;

namespace TradeFlow.Platform.Strategies.Following;

/// <summary>The size of an activation as it is sent: a number, in the broker's unit, or <c>{mode, value}</c>.</summary>
internal static class SizeText
{
    private const string Quantity = "qty";
    private const decimal Largest = 1_000_000_000;
    private static readonly string[] Modes = [Quantity, "units", "risk_percent", "risk_money", "equity_percent"];

    /// <returns><c>null</c> for none, or where a fault was added.</returns>
    public static FollowerSize? Read(JsonElement? sent, Dictionary<string, string[]> errors)
    {
        if (sent is not { } json || json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return null;
        var (mode, value) = json.ValueKind switch
        {
            JsonValueKind.Number when json.TryGetDecimal(out var number) => (Quantity, number),
            JsonValueKind.Object => (Text(json, "mode") ?? "", Number(json, "value")),
            _ => ("", 0m),
        };
        if (!Modes.Contains(mode, StringComparer.Ordinal))
        {
            errors["size"] = ["Use a quantity, or an object with mode (qty, units, risk_percent, risk_money, equity_percent) and value."];
            return null;
        }
        var most = mode == "risk_percent" ? 100 : Largest;
        if (value > 0 && value <= most && decimal.Round(value, 8) == value) return new FollowerSize(mode, value);
        errors["size"] = [$"Use a number above 0 and up to {most}, with at most 8 decimals."];
        return null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static decimal Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDecimal(out var number) ? number : 0;
}
