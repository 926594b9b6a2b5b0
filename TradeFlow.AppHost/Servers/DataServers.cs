namespace TradeFlow.AppHost;

/// <summary>The way to PostgreSQL by role, and to Redis.</summary>
/// <param name="Postgres">What the migrations wait for; none when the server is somewhere else.</param>
/// <param name="OwnerAddress">The owner of the schema: for the migrations alone.</param>
internal sealed record DataServers(
    IResourceBuilder<IResource>? Postgres, ReferenceExpression OwnerAddress, ReferenceExpression AppAddress,
    ReferenceExpression SystemAddress, ReferenceExpression RedisAddress)
{
    public const string Database = "tradeflow";
}
