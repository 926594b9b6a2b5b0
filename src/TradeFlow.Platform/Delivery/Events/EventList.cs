namespace TradeFlow.Platform.Delivery.Events;

/// <summary>What a channel can be told of. A notification belongs to one event.</summary>
/// <param name="Title">A headline for people.</param>
internal sealed record ChannelEvent(string Name, string Title)
{
    public const string Test = "test";

    public static readonly IReadOnlyList<ChannelEvent> All =
    [
        new("order.failed", "An order failed"),
        new("order.needs_review", "An order needs your review"),
        new("account.offline", "An account cannot be reached"),
        new("account.needs_reconnect", "An account needs to be connected again"),
        new("emergency_stop", "Emergency stop"),
        new("limit.reached", "A limit is reached"),
        new("gap", "A message of a strategy was missed"),
        new("trade.closed", "A trade was closed"),
        new("trial.ending", "Your trial is ending"),
        new("billing", "Billing"),
        new("login.new_device", "A log-in from a new device"),
    ];

    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["account.stalled"] = "account.offline",
        ["account.recovered"] = "account.offline",
        ["account.terminal_changed"] = "account.offline",
        ["emergency_stop.executed"] = "emergency_stop",
        ["emergency_stop.not_flat"] = "emergency_stop",
        ["billing.plan_changed"] = "billing",
    };

    public static bool Exists(string name) => All.Any(one => one.Name == name);

    /// <param name="kind">Of a notification.</param>
    /// <returns><c>null</c>: it is told within the house only.</returns>
    public static string? Of(string kind) => Others.GetValueOrDefault(kind) ?? (Exists(kind) ? kind : null);

    public static string TitleOf(string name) => All.FirstOrDefault(one => one.Name == name)?.Title ?? "Notification";
}
