using Npgsql;

namespace TradeFlow.Platform.Tenancy.Contracts;

/// <summary>Plan and use of a tenant, as the profile shows them.</summary>
internal sealed record PlanFacts(string Plan, DateTimeOffset? TrialStart, long TradesCount);

/// <summary>Reads them for the connection's tenant. Billing, which stands on Tenancy, implements it.</summary>
internal interface IPlanFacts
{
    Task<PlanFacts> ReadAsync(NpgsqlConnection connection, CancellationToken ct);
}
