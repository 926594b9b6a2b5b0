using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Live.Contracts;

/// <summary>Tells the sockets of a tenant, on every replica. What is told is in PostgreSQL already (a price within a second): a lost event is healed by the next snapshot.</summary>
public sealed class LiveEvents(RedisBus bus)
{
    private const int TenantLength = 36;

    /// <param name="eventJson">One event with its <c>type</c>.</param>
    public void Publish(TenantId tenant, string eventJson) => bus.Publish(Topics.Live, $"{tenant} {eventJson}");

    internal static bool TryRead(string message, out TenantId tenant, out ReadOnlySpan<char> eventJson)
    {
        tenant = default;
        eventJson = default;
        if (message.Length <= TenantLength + 1 || !Guid.TryParse(message.AsSpan(0, TenantLength), out var id)) return false;
        tenant = new TenantId(id);
        eventJson = message.AsSpan(TenantLength + 1);
        return true;
    }
}
