namespace TradeFlow.Platform.Tenancy.Contracts;

/// <summary>What a route says of itself, for the description of the API and for the test that walks all routes.</summary>
/// <param name="Always">False where it depends on the request; the handler asks itself.</param>
public sealed record FreshProofNeeded(bool Always);
