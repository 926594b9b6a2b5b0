using System.Globalization;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Risk.Rules.TradingHours;

/// <summary>
/// Entries from the start up to, and without, the end, by the clock on the wall of the zone. A start after the end runs through midnight
/// and belongs to the day on which it began; the same start and end is all day.
/// </summary>
internal sealed class TradingHoursRule : IRiskRule
{
    public string Code => RiskCodes.TradingHours;

    public int Order => 2;

    public RuleVerdict Decide(EntryFacts facts)
    {
        var config = facts.Config;
        if (!config.TradingHoursEnabled) return new RuleVerdict.Passed();
        var local = TimeZoneInfo.ConvertTime(facts.At, config.Zone);
        return IsInside(config, TimeOnly.FromTimeSpan(local.TimeOfDay), local.DayOfWeek)
            ? new RuleVerdict.Passed()
            : new RuleVerdict.Denied($"Outside trading hours: {Text(config.TradingHoursStart)}-{Text(config.TradingHoursEnd)}");
    }

    private static bool IsInside(RiskConfig config, TimeOnly now, DayOfWeek today)
    {
        var (start, end) = (config.TradingHoursStart, config.TradingHoursEnd);
        if (start <= end) return (start == end || (start <= now && now < end)) && config.TradesOn(today);
        if (now >= start) return config.TradesOn(today);
        return now < end && config.TradesOn((DayOfWeek)(((int)today + 6) % 7));
    }

    private static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
