using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Channels;

/// <summary>A channel with its secrets open.</summary>
internal sealed record StoredChannel
{
    public required Guid Id { get; init; }
    public required TenantId Tenant { get; init; }
    public required UserId User { get; init; }
    public required string Kind { get; init; }
    public required string Target { get; init; }
    public string? Secret { get; init; }
    public required bool Enabled { get; init; }
    public required IReadOnlyList<string> Events { get; init; }
    public TimeOnly? QuietFrom { get; init; }
    public TimeOnly? QuietTo { get; init; }
    public required string TimeZone { get; init; }

    internal const string Columns = "id, tenant_id, user_id, kind, target, secret, enabled, events, quiet_from, quiet_to, time_zone";

    internal static StoredChannel Read(NpgsqlDataReader row, SecretBox box)
    {
        var (id, tenant) = (row.GetGuid(0), new TenantId(row.GetGuid(1)));
        return new StoredChannel
        {
            Id = id,
            Tenant = tenant,
            User = new UserId(row.GetGuid(2)),
            Kind = row.GetString(3),
            Target = box.OpenText(tenant, row.GetFieldValue<byte[]>(4), TargetOwner(id)),
            Secret = row.IsDBNull(5) ? null : box.OpenText(tenant, row.GetFieldValue<byte[]>(5), SecretOwner(id)),
            Enabled = row.GetBoolean(6),
            Events = row.GetFieldValue<string[]>(7),
            QuietFrom = row.IsDBNull(8) ? null : row.GetFieldValue<TimeOnly>(8),
            QuietTo = row.IsDBNull(9) ? null : row.GetFieldValue<TimeOnly>(9),
            TimeZone = row.GetString(10),
        };
    }

    internal static string TargetOwner(Guid id) => $"channel:{id}:target";

    internal static string SecretOwner(Guid id) => $"channel:{id}:secret";
}
