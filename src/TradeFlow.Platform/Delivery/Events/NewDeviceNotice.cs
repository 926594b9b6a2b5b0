using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Delivery.Events;

/// <summary>Tells a person, and nobody else of the tenant, of a log-in from a new device.</summary>
internal sealed class NewDeviceNotice(Notifications notices) : ISignInNews
{
    public Task NewDeviceAsync(TenantId tenant, UserId user, string words, NpgsqlConnection connection, CancellationToken ct) =>
        notices.AddPersonalAsync(tenant, user, Notifications.Warning, "login.new_device", words, null, connection, ct);
}
