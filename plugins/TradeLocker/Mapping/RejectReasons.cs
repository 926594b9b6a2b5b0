using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Mapping;

/// <summary>The nearest of our reasons for the broker's words. It decides nothing: the words themselves are shown.</summary>
internal static class RejectReasons
{
    // The first six are texts of real accounts (fact sheet §5), the rest are words that such texts are made of.
    private static readonly (string Text, RejectReason Reason)[] Known =
    [
        ("trading out of session", RejectReason.MarketClosed),
        ("not enough margin", RejectReason.InsufficientMargin),
        ("only positions closing is allowed", RejectReason.InstrumentNotTradable),
        ("order type is not allowed", RejectReason.MarketClosed),
        ("{qty=", RejectReason.InvalidQuantity),
        ("sl price is not valid", RejectReason.StopTooClose),
        ("tp price is not valid", RejectReason.StopTooClose),
        ("insufficient", RejectReason.InsufficientMargin),
        ("market is closed", RejectReason.MarketClosed),
        ("quantity", RejectReason.InvalidQuantity),
        ("{price=", RejectReason.InvalidPrice),
        ("{stopprice=", RejectReason.InvalidPrice),
        ("price is not valid", RejectReason.InvalidPrice),
        ("instrument not found", RejectReason.InstrumentNotTradable),
        ("route is not valid", RejectReason.InstrumentNotTradable),
        ("risk rule", RejectReason.BrokerRiskRule),
        ("read only", RejectReason.ReadOnlyAccount),
        ("read-only", RejectReason.ReadOnlyAccount),
    ];

    private static readonly string[] Failures =
        ["timeout", "timed out", "internal error", "internal server", "unavailable", "unexpected error", "try again", "gateway"];

    private static readonly string[] Absences = ["not found", "does not exist", "doesn't exist"];

    public static RejectReason Of(string words)
    {
        foreach (var (text, reason) in Known)
            if (words.Contains(text, StringComparison.OrdinalIgnoreCase)) return reason;
        return IsAbsence(words) && words.Contains("position", StringComparison.OrdinalIgnoreCase)
            ? RejectReason.PositionNotFound : RejectReason.Other;
    }

    /// <summary>The broker tells of a failure inside, not of a rule.</summary>
    public static bool IsTheirFailure(string words) => Failures.Any(failure => words.Contains(failure, StringComparison.OrdinalIgnoreCase));

    /// <summary>The thing to change is not there.</summary>
    public static bool IsAbsence(string words) => Absences.Any(absence => words.Contains(absence, StringComparison.OrdinalIgnoreCase));
}
