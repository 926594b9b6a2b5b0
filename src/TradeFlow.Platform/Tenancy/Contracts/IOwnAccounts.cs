using Npgsql;

namespace TradeFlow.Platform.Tenancy.Contracts;

/// <summary>Knows the accounts of a tenant. The module of the accounts, which stands on Tenancy, implements it.</summary>
internal interface IOwnAccounts
{
    /// <returns>Whether each of these is, or was, an account of the connection's tenant.</returns>
    Task<bool> AreAllAsync(IReadOnlyCollection<Guid> accounts, NpgsqlConnection connection, CancellationToken ct);
}
