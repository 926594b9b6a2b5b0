namespace TradeFlow.Platform.Alerts.Dialects.StrategyJson;

/// <summary>
/// The object that TradingView's own placeholders of a strategy are most often put into, by no tool in particular
/// (docs/dialects/strategy-json.md).
/// </summary>
internal sealed class StrategyJsonDialect : IAlertDialect
{
    public string Name => "strategy-json";

    public ToolMessage Paste => new("A script of my own (strategy object)",
        """
        {
          "time": "{{timenow}}",
          "ticker": "{{ticker}}",
          "strategy": {
            "order_action": "{{strategy.order.action}}",
            "order_contracts": "{{strategy.order.contracts}}",
            "order_price": "{{strategy.order.price}}",
            "order_id": "{{strategy.order.id}}",
            "market_position": "{{strategy.market_position}}",
            "market_position_size": "{{strategy.market_position_size}}",
            "prev_market_position": "{{strategy.prev_market_position}}",
            "prev_market_position_size": "{{strategy.prev_market_position_size}}"
          }
        }
        """,
        "Your alerts stay as they are: change the webhook URL. Fields beside these are left alone.");

    public bool Recognises(AlertShape shape) =>
        shape.Has("strategy.market_position") && !shape.Has("pointer") && !shape.Has("prev_position") && !shape.Has("bot_uuid")
        && !shape.Has("strategy_info")
        && !shape.Has("platform_name") && !shape.Has("order_contracts") && !shape.Has("apikey");

    public AlertReading Read(ReadOnlySpan<byte> body)
    {
        var alert = new AlertReading();
        if (JsonText.Read(body, alert, "strategy") is { } fields) StrategyJsonReader.Read(fields, alert);
        return alert;
    }
}
