namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>What somebody who comes from another tool has in TradingView, for the page of the webhooks.</summary>
/// <param name="Tool">As people call it.</param>
/// <param name="Message">An example of its message that is read here.</param>
/// <param name="Note">What to know about it.</param>
internal sealed record ToolMessage(string Tool, string Message, string Note);
