namespace TradeFlow.Platform.Risk.CoolDown;

/// <summary>Members of the settings that are one limit: they change together, or wait together.</summary>
internal sealed record LimitGroup(string Name, IReadOnlyList<string> Members)
{
    private const string Zone = "trading_hours_timezone";
    public const string Denied = "denied_instruments";

    private static readonly LimitGroup Hours =
        new("trading_hours", ["trading_hours_enabled", "trading_hours_start", "trading_hours_end", "trading_hours_days"]);

    private static readonly LimitGroup Day = new("trading_day", [Zone, "day_reset_time"]);

    public static IReadOnlyList<LimitGroup> All { get; } =
    [
        Of("cooldown_enabled"), Of("enabled"), Of("risk_mode"), Of("max_daily_loss"), Of("max_trades_per_day"), Of("max_open_trades"),
        Of(Denied), Of("news_lockout_enabled"), Hours, Day,
    ];

    /// <summary>The limits that a change touches. Hours mean nothing without their zone: with another one they are one limit.</summary>
    public static IEnumerable<(LimitGroup Group, IReadOnlyList<string> Names)> Touched(IReadOnlySet<string> changed)
    {
        var isMoved = changed.Contains(Zone);
        foreach (var group in All)
        {
            if (isMoved && group == Hours) continue;
            var one = isMoved && group == Day ? Day with { Members = [.. Hours.Members, .. Day.Members] } : group;
            if (one.Members.Any(changed.Contains)) yield return (one, isMoved && group == Day ? [Hours.Name, Day.Name] : [group.Name]);
        }
    }

    private static LimitGroup Of(string member) => new(member, [member]);
}
