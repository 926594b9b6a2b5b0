namespace TradeFlow.Platform.Billing.Contracts;

/// <param name="Slug"><c>trial</c>, <c>starter</c>, <c>pro</c>, <c>elite</c>, or what the configuration adds.</param>
/// <param name="Price">Per month in <paramref name="Currency"/>, as it is shown; Stripe's price is what is charged.</param>
/// <param name="PriceId">Stripe's price; <c>null</c> when the plan is not sold.</param>
/// <param name="Rank">Its place among the plans: the higher includes more.</param>
internal sealed record Plan(string Slug, string Name, decimal Price, string Currency, string? PriceId, PlanLimits Limits, int Rank);

/// <summary><c>null</c> is no limit.</summary>
internal sealed record PlanLimits(int? Brokers, int? AccountsPerBroker, int? Strategies, int? Trades);
