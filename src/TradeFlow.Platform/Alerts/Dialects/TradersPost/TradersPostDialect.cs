namespace TradeFlow.Platform.Alerts.Dialects.TradersPost;

/// <summary>
/// TradersPost's JSON, the form that most vendors copied (docs.traderspost.io, Signal Message Reference, read 2026-11-29;
/// docs/dialects/traderspost.md).
/// </summary>
internal sealed class TradersPostDialect : IAlertDialect
{
    public string Name => "traderspost";

    public ToolMessage Paste => new("TradersPost",
        """
        {
          "ticker": "{{ticker}}",
          "action": "{{strategy.order.action}}",
          "sentiment": "{{strategy.market_position}}",
          "quantity": "{{strategy.order.contracts}}",
          "price": "{{close}}",
          "time": "{{timenow}}"
        }
        """,
        "Your alerts stay as they are: change the webhook URL. Without a quantity the account's default size counts.");

    public bool Recognises(AlertShape shape) =>
        shape.Has("ticker") && shape.Has("action") && !shape.Has("strategy.market_position")
        && !shape.Has("pointer") && !shape.Has("prev_position") && !shape.Has("bot_uuid") && !shape.Has("strategy_info")
        && !shape.Has("platform_name") && !shape.Has("order_contracts")
        && !shape.Has("apikey");

    public AlertReading Read(ReadOnlySpan<byte> body)
    {
        var alert = new AlertReading();
        if (JsonText.Read(body, alert, "takeProfit", "stopLoss") is { } fields) new TradersPostReader(fields, alert).Read();
        return alert;
    }
}
