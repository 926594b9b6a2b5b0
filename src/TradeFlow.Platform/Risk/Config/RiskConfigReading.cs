using System.Globalization;
using System.Text.Json;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>
/// Reads a change of the limits, member by member, so that a member that is left out stays as it is and <c>null</c> takes a limit away.
/// Every fault is named.
/// </summary>
internal sealed class RiskConfigReading
{
    private const int MostDenied = 500;
    private const int LongestName = 50;
    private const decimal LargestMoney = 1_000_000_000_000;

    private readonly JsonElement body;
    private readonly Dictionary<string, string[]> errors = [];

    private RiskConfigReading(JsonElement body) => this.body = body;

    public static (RiskConfig Config, IReadOnlyDictionary<string, string[]> Errors) Read(JsonElement body, RiskConfig before)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return (before, new Dictionary<string, string[]> { ["body"] = ["Send a JSON object."] });
        var reading = new RiskConfigReading(body);
        var config = before with
        {
            Enabled = reading.Flag("enabled", before.Enabled),
            RiskMode = reading.Name("risk_mode", before.RiskMode),
            MaxDailyLoss = reading.Money("max_daily_loss", before.MaxDailyLoss),
            MaxTradesPerDay = reading.Count("max_trades_per_day", before.MaxTradesPerDay),
            MaxOpenTrades = reading.Count("max_open_trades", before.MaxOpenTrades),
            DeniedInstruments = reading.Denied("denied_instruments", before.DeniedInstruments),
            TradingHoursEnabled = reading.Flag("trading_hours_enabled", before.TradingHoursEnabled),
            TradingHoursStart = reading.Time("trading_hours_start", before.TradingHoursStart),
            TradingHoursEnd = reading.Time("trading_hours_end", before.TradingHoursEnd),
            TradingHoursTimezone = reading.Zone("trading_hours_timezone", before.TradingHoursTimezone),
            TradingHoursDays = reading.Days("trading_hours_days", before.TradingHoursDays),
            DayResetTime = reading.Time("day_reset_time", before.DayResetTime),
            NewsLockoutEnabled = reading.Flag("news_lockout_enabled", before.NewsLockoutEnabled),
            CooldownEnabled = reading.Flag("cooldown_enabled", before.CooldownEnabled),
        };
        return (config, reading.errors);
    }

    private T Member<T>(string name, T before, Func<JsonElement, (bool, T)> read, string rule)
    {
        if (!body.TryGetProperty(name, out var value)) return before;
        var (fits, result) = read(value);
        if (fits) return result;
        errors[name] = [rule];
        return before;
    }

    private bool Flag(string name, bool before) =>
        Member(name, before, value => (value.ValueKind is JsonValueKind.True or JsonValueKind.False, value.ValueKind == JsonValueKind.True),
            "Use true or false.");

    private string Name(string name, string before) =>
        Member(name, before, value => Text(value) is { Length: >= 1 and <= 40 } text && !text.Any(char.IsControl)
            ? (true, text) : (false, before), "Use 1 to 40 characters.");

    private decimal? Money(string name, decimal? before) => Member(name, before, value => value.ValueKind switch
    {
        JsonValueKind.Null => (true, null),
        JsonValueKind.Number when value.TryGetDecimal(out var amount) && amount is >= 0 and <= LargestMoney
            && decimal.Round(amount, 8) == amount => (true, (decimal?)amount),
        _ => (false, null),
    }, "Use an amount of 0 or more, with at most 8 decimals, or null for no limit.");

    private int? Count(string name, int? before) => Member(name, before, value => value.ValueKind switch
    {
        JsonValueKind.Null => (true, null),
        JsonValueKind.Number when value.TryGetDecimal(out var count) && count is >= 0 and <= 1_000_000
            && count == decimal.Truncate(count) => (true, (int?)count),
        _ => (false, null),
    }, "Use a whole number of 0 or more, or null for no limit.");

    private TimeOnly Time(string name, TimeOnly before) =>
        Member(name, before, value => (TimeOnly.TryParseExact(Text(value), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var time), time), "Use a time from 00:00 to 23:59, such as 09:30.");

    private string Zone(string name, string before) =>
        Member(name, before, value => Text(value) is { } text && IanaZone.IsName(text) ? (true, text) : (false, before), IanaZone.Words);

    private IReadOnlyList<DayOfWeek>? Days(string name, IReadOnlyList<DayOfWeek>? before) => Member(name, before, value =>
    {
        if (value.ValueKind == JsonValueKind.Null) return (true, null);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > 7) return (false, null);
        var days = value.EnumerateArray().Select(day => Text(day) is { } word ? WeekDays.Parse(word) : null).ToList();
        return days.Contains(null) ? (false, null) : (true, (IReadOnlyList<DayOfWeek>?)[.. days.OfType<DayOfWeek>().Distinct().Order()]);
    }, "Use a list of mon, tue, wed, thu, fri, sat, sun, or null for every day.");

    private IReadOnlyList<string> Denied(string name, IReadOnlyList<string> before) => Member(name, before, value =>
    {
        if (value.ValueKind == JsonValueKind.Null) return (true, []);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostDenied) return (false, before);
        var names = value.EnumerateArray().Select(Text).ToList();
        return names.TrueForAll(symbol => symbol is { Length: > 0 and <= LongestName } && !symbol.Any(char.IsControl))
            ? (true, (IReadOnlyList<string>)[.. names.OfType<string>().Distinct(StringComparer.Ordinal)])
            : (false, before);
    }, $"Use a list of at most {MostDenied} symbols of 1 to {LongestName} characters.");

    // a string has a text
    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : null;
}
