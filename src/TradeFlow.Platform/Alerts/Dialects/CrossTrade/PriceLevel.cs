using System.Text.RegularExpressions;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.CrossTrade;

/// <summary>
/// A stop or a target: a price, or a distance from the market with its sign (<c>-25 ticks</c>, <c>1.5%</c>), where plus is above.
/// </summary>
internal static partial class PriceLevel
{
    /// <param name="isAbove">On which side of the market it must be.</param>
    public static PriceRule? Read(string name, bool isAbove, SentFields fields, AlertReading alert)
    {
        if (!fields.Has(name)) return null;
        if (fields.Raw(name) is not { } raw || Distance().Match(raw) is not { Success: true } match)
            return fields.Price(name) is { } price ? new PriceRule(PriceMode.Price, price) : null;
        var unit = match.Groups["unit"].Value;
        if (unit is not "%" && !unit.StartsWith("tick", StringComparison.OrdinalIgnoreCase))
        {
            alert.Fault(name, "Write a price, ticks or a percentage: points and dollars are not read here.");
            return null;
        }
        var number = FieldText.Number(match.Groups["number"].Value, FieldText.LargestPrice);
        if (number.Value is not > 0)
        {
            alert.Fault(name, number.Words ?? "It must not be zero: leave it out for none.");
            return null;
        }
        if (match.Groups["sign"].Value == "-" == isAbove)
        {
            alert.Fault(name, isAbove ? "It must be above the market for this side: write it without the minus."
                : "It must be below the market for this side: write it with a minus, such as -25 ticks.");
            return null;
        }
        return new PriceRule(unit == "%" ? PriceMode.Percent : PriceMode.Ticks, number.Value.Value);
    }

    [GeneratedRegex(@"^(?<sign>[+-]?)\s*(?<number>[0-9.]{1,32})\s*(?<unit>%|[A-Za-z$]{1,10})$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Distance();
}
