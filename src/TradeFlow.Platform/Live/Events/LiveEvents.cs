using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Live.Events;

/// <summary>
/// Tells the sockets of a tenant, on every replica; of these, those whose member sees the account that it is about. What is told is in
/// PostgreSQL already (a price within a second): a lost event is healed by the next snapshot.
/// </summary>
[OpenToModules]
internal sealed class LiveEvents(RedisBus bus)
{
    /// <param name="eventJson">One event with its <c>type</c>.</param>
    public void Publish(TenantId tenant, AccountId account, string eventJson) =>
        Publish(tenant, LiveKind.Other, account.ToString(), null, eventJson);

    /// <param name="accounts">What it adds up: it is for whoever sees each of them. <c>null</c>: it is about no account.</param>
    /// <param name="eventJson">One event with its <c>type</c>.</param>
    public void Publish(TenantId tenant, IReadOnlyCollection<Guid>? accounts, string eventJson) =>
        Publish(tenant, LiveKind.Other, accounts is null or { Count: 0 } ? LiveMessage.Everybody : string.Join(',', accounts),
            null, eventJson);

    /// <summary>The account itself has changed: no tick of it comes before and after this in another order.</summary>
    public void PublishAccount(TenantId tenant, AccountId account, string eventJson) =>
        Publish(tenant, LiveKind.Other, account.ToString(), account.Value, eventJson);

    /// <summary>
    /// A position has come, gone or changed: what a snapshot has too. It is told at once, in its place among the ticks of the position.
    /// </summary>
    public void PublishPosition(TenantId tenant, AccountId account, Guid position, string eventJson) =>
        Publish(tenant, LiveKind.Position, account.ToString(), position, eventJson);

    /// <summary>What something is worth now. A socket is told the newest, a few times a second.</summary>
    /// <param name="subject">The position, or the account.</param>
    public void PublishTick(TenantId tenant, AccountId account, Guid subject, string eventJson) =>
        Publish(tenant, LiveKind.Tick, account.ToString(), subject, eventJson);

    private void Publish(TenantId tenant, LiveKind kind, string about, Guid? subject, string eventJson) =>
        bus.Publish(Topics.Live(tenant), LiveMessage.Write(kind, about, subject, eventJson));
}
