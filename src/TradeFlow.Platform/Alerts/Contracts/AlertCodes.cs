namespace TradeFlow.Platform.Alerts.Contracts;

/// <summary>Stable codes of the webhook's own answers. Those of an order are in Trading.</summary>
public static class AlertCodes
{
    public const string InvalidKey = "auth.invalid_key";
    /// <summary>The account takes signed messages only, and this one is not, wrongly, or too long ago.</summary>
    public const string InvalidSignature = "auth.invalid_signature";
    public const string AccountDisabled = "auth.account_disabled";
    public const string SignalInvalid = "signal.invalid";
    public const string SignalStale = "signal.stale";
    /// <summary>The account takes alerts from TradingView alone.</summary>
    public const string SenderRefused = "signal.sender_refused";
    public const string IdReused = "signal.id_reused";
    public const string RateLimited = "rate.limited";
    public const string Unavailable = "unavailable";
    /// <summary>In the log alone: the sender hung up before it was answered.</summary>
    public const string ClientGone = "client.gone";
    public const string ClientSlow = "client.slow";
    public const string NotReplayable = "webhook.not_replayable";
}
