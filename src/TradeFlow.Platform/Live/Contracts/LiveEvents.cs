using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Live.Contracts;

/// <summary>
/// Tells the sockets of a tenant, on every replica; of these, those whose member sees the account that it is about. What is told is in PostgreSQL already
/// (a price within a second): a lost event is healed by the next snapshot.
/// </summary>
public sealed class LiveEvents(RedisBus bus)
{
    private const int TenantLength = 36;
    private const string Everybody = "*";

    /// <param name="eventJson">One event with its <c>type</c>.</param>
    public void Publish(TenantId tenant, AccountId account, string eventJson) => Publish(tenant, account.ToString(), eventJson);

    /// <param name="accounts">What it adds up: it is for whoever sees each of them. <c>null</c>: it is about no account.</param>
    /// <param name="eventJson">One event with its <c>type</c>.</param>
    public void Publish(TenantId tenant, IReadOnlyCollection<Guid>? accounts, string eventJson) =>
        Publish(tenant, accounts is null or { Count: 0 } ? Everybody : string.Join(',', accounts), eventJson);

    private void Publish(TenantId tenant, string about, string eventJson) => bus.Publish(Topics.Live, $"{tenant} {about} {eventJson}");

    /// <param name="about"><c>null</c>: no account.</param>
    internal static bool TryRead(string message, out TenantId tenant, out Guid[]? about, out ReadOnlySpan<char> eventJson)
    {
        (tenant, about) = (default, null);
        eventJson = default;
        if (message.Length <= TenantLength + 1 || !Guid.TryParse(message.AsSpan(0, TenantLength), out var id)) return false;
        var rest = message.AsSpan(TenantLength + 1);
        var end = rest.IndexOf(' ');
        if (end <= 0 || !TryReadAccounts(rest[..end], out about)) return false;
        tenant = new TenantId(id);
        eventJson = rest[(end + 1)..];
        return true;
    }

    private static bool TryReadAccounts(ReadOnlySpan<char> text, out Guid[]? accounts)
    {
        accounts = null;
        if (text.SequenceEqual(Everybody)) return true;
        var found = new Guid[text.Count(',') + 1];
        var at = 0;
        foreach (var part in text.Split(','))
            if (!Guid.TryParse(text[part], out found[at++])) return false;
        accounts = found;
        return true;
    }
}
