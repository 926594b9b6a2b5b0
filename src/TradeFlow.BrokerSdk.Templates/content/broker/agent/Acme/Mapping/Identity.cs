using TradeFlow.BrokerSdk;

namespace Acme.Mapping;

/// <summary>
/// Which of our orders something in the terminal is from: its comment is our id, and its magic number is made from the id, for brokers that
/// clip or replace comments.
/// </summary>
internal static class Identity
{
    private const int Length = 24;

    /// <summary>31 bits of a hash of the id (FNV-1a), never zero: zero is a trade by hand.</summary>
    public static long MagicOf(string clientOrderId)
    {
        var hash = 2166136261u;
        foreach (var letter in clientOrderId) hash = unchecked((hash ^ letter) * 16777619u);
        return Math.Max(hash & 0x7FFFFFFF, 1);
    }

    /// <summary>
    /// Our id, where the comment still has all of it. For clipped ones ask <c>IAgentChannel.FindByMagicAsync</c>, as the MetaTrader
    /// connector does.
    /// </summary>
    public static string? Of(string comment) =>
        comment.Length == Length && comment.StartsWith("tf", StringComparison.Ordinal) ? comment : null;

    public static AgentOrder? Find(IEnumerable<AgentOrder> orders, OrderKey key) =>
        orders.FirstOrDefault(order => order.Ticket == key.BrokerOrderId || IsOf(key, order.Magic, order.Comment));

    public static AgentPosition? Find(IEnumerable<AgentPosition> positions, OrderKey key) =>
        positions.FirstOrDefault(position => IsOf(key, position.Magic, position.Comment));

    private static bool IsOf(OrderKey key, long magic, string comment) =>
        comment == key.ClientOrderId || magic == MagicOf(key.ClientOrderId);
}
