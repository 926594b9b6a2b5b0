using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Contracts;

/// <summary>Hears of log-ins that the person should know of. Whoever tells people things, which stands on Tenancy, implements it.</summary>
internal interface ISignInNews
{
    /// <summary>In the transaction of the log-in, on a connection of the system role.</summary>
    Task NewDeviceAsync(TenantId tenant, UserId user, string words, NpgsqlConnection connection, CancellationToken ct);
}
