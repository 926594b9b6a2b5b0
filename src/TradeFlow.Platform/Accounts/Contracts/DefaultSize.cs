namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>How much an entry is for whose message does not say it, in the words of a signal's <c>size</c>.</summary>
/// <param name="Mode"><c>risk_percent</c>, <c>risk_money</c>, <c>equity_percent</c> or <c>units</c>.</param>
internal sealed record DefaultSize(string Mode, decimal Value);
