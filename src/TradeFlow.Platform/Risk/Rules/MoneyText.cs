using System.Globalization;

namespace TradeFlow.Platform.Risk.Rules;

/// <summary>An amount as people write it: <c>$500</c>, <c>€250.5</c>, <c>CHF 500</c>.</summary>
internal static class MoneyText
{
    public static string Of(decimal amount, string currency)
    {
        var number = amount.ToString("0.########", CultureInfo.InvariantCulture);
        return currency switch
        {
            "USD" => "$" + number,
            "EUR" => "€" + number,
            "GBP" => "£" + number,
            "JPY" => "¥" + number,
            "AUD" => "A$" + number,
            "CAD" => "C$" + number,
            "NZD" => "NZ$" + number,
            "INR" => "₹" + number,
            _ => $"{currency} {number}",
        };
    }
}
