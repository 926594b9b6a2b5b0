using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Mapping;

/// <summary>
/// The nearest of our reasons for the broker's words. It decides nothing but one thing: an id that is used already means that the first
/// attempt arrived.
/// </summary>
internal static class RejectReasons
{
    // The first four are texts of real accounts (fact sheet, section 4), the rest are words that such texts are made of.
    private static readonly (string Text, RejectReason Reason)[] Known =
    [
        ("outside of trading hours", RejectReason.MarketClosed),
        ("invalid stop loss", RejectReason.StopTooClose),
        ("invalid take profit", RejectReason.StopTooClose),
        ("invalid price", RejectReason.InvalidPrice),
        ("ticks away", RejectReason.StopTooClose),
        ("order size", RejectReason.InvalidQuantity),
        ("maximum position", RejectReason.BrokerRiskRule),
        ("position limit", RejectReason.BrokerRiskRule),
        ("loss limit", RejectReason.BrokerRiskRule),
        ("violation", RejectReason.BrokerRiskRule),
        ("insufficient", RejectReason.InsufficientMargin),
        ("not allowed to trade", RejectReason.ReadOnlyAccount),
    ];

    private static readonly string[] Failures = ["timeout", "timed out", "internal error", "unavailable", "try again", "unexpected error"];

    public static RejectReason Of(string codeName, string? words)
    {
        if (words is not null)
        {
            if (words.Contains("tag", StringComparison.OrdinalIgnoreCase)
                && (Has(words, "unique") || Has(words, "already") || Has(words, "duplicate") || Has(words, "exists")))
                return RejectReason.DuplicateClientOrderId;
            foreach (var (text, reason) in Known)
                if (Has(words, text)) return reason;
        }
        return codeName switch
        {
            "InsufficientFunds" => RejectReason.InsufficientMargin,
            "AccountViolation" => RejectReason.BrokerRiskRule,
            "OutsideTradingHours" => RejectReason.MarketClosed,
            "ContractNotFound" or "ContractNotActive" => RejectReason.InstrumentNotTradable,
            "AccountNotFound" or "AccountRejected" => RejectReason.ReadOnlyAccount,
            "PositionNotFound" => RejectReason.PositionNotFound,
            "InvalidCloseSize" => RejectReason.InvalidQuantity,
            _ => RejectReason.Other,
        };
    }

    /// <summary>The broker tells of a failure inside, not of a rule.</summary>
    public static bool IsTheirFailure(string words) => Failures.Any(failure => Has(words, failure));

    private static bool Has(string words, string text) => words.Contains(text, StringComparison.OrdinalIgnoreCase);
}
