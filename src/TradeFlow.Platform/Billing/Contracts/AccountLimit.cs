namespace TradeFlow.Platform.Billing.Contracts;

/// <param name="Name">Which limit: <c>brokers</c> or <c>accounts_per_broker</c>.</param>
/// <param name="Limit">What the plan has.</param>
/// <param name="Value">What is there already.</param>
/// <param name="Text">What it means, and what to do.</param>
internal sealed record AccountLimit(string Name, int Limit, int Value, string Text);
