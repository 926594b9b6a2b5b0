using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>The words for what a size and a stop are measured in, in messages and in the settings of an account.</summary>
internal static class SizeWords
{
    public static readonly WordSet<SizeMode> Modes = new(
        [("risk_percent", SizeMode.RiskPercent), ("risk_money", SizeMode.RiskMoney), ("equity_percent", SizeMode.EquityPercent),
            ("units", SizeMode.Units)]);

    public static readonly WordSet<PriceMode> StopUnits =
        new([("pips", PriceMode.Pips), ("price", PriceMode.Price), ("percent", PriceMode.Percent)]);
}
