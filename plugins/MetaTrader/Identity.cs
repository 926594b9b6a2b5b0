using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>
/// Which of our orders a position or working order is from. The comment says it, until a broker clips or replaces it; the magic number,
/// made from the same id, stays, and the host remembers which command had it.
/// </summary>
internal sealed class Identity(IAgentChannel agent)
{
    public const int IdLength = 24;
    private const int ClippedAtLeast = 12;
    private readonly ConcurrentDictionary<long, string> known = new();
    private readonly ConcurrentDictionary<long, byte> foreign = new();

    /// <summary>31 bits of a hash of the id (FNV-1a), never zero: MetaTrader 4 keeps a magic number in 32 bits with a sign.</summary>
    public static long MagicOf(string clientOrderId)
    {
        var hash = 2166136261u;
        foreach (var letter in clientOrderId) hash = unchecked((hash ^ letter) * 16777619u);
        var magic = hash & 0x7FFFFFFF;
        return magic == 0 ? 1 : magic;
    }

    /// <summary>Asks the host for the magic numbers that are new, once each.</summary>
    public async Task LearnAsync(AgentReport report, CancellationToken ct)
    {
        var asked = report.Positions.Select(position => (position.Magic, position.Comment))
            .Concat((report.Orders ?? []).Select(order => (order.Magic, order.Comment)))
            .Where(entry => entry.Magic != 0 && !IsWhole(entry.Comment) && !known.ContainsKey(entry.Magic)
                && !foreign.ContainsKey(entry.Magic)).Select(entry => entry.Magic).Distinct().ToList();
        if (asked.Count == 0) return;
        foreach (var record in await agent.FindByMagicAsync(asked, ct)) known[record.Command.Magic] = record.Command.Id;
        // A magic number of ours that is not queued yet cannot be on a position: what is not found now is somebody else's.
        foreach (var magic in asked.Where(magic => !known.ContainsKey(magic))) foreign[magic] = 0;
    }

    public string? Of(long magic, string comment)
    {
        if (IsWhole(comment)) return comment;
        return magic != 0 && known.TryGetValue(magic, out var id) ? id : null;
    }

    /// <summary>True when the mark may be that of the order, for looking one up.</summary>
    public static bool Matches(string clientOrderId, long magic, string comment) =>
        comment == clientOrderId || (magic != 0 && magic == MagicOf(clientOrderId))
        || (comment.Length >= ClippedAtLeast && comment.StartsWith("tf", StringComparison.Ordinal)
            && clientOrderId.StartsWith(comment, StringComparison.Ordinal));

    private static bool IsWhole(string comment) => comment.Length == IdLength && comment.StartsWith("tf", StringComparison.Ordinal)
        && comment.All(letter => letter is (>= 'a' and <= 'z') or (>= '2' and <= '7'));
}
