using System.Globalization;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>
/// MetaTrader 4 gives what is left after a partial close a new ticket, with the comment <c>from #old</c>. For the platform it is the same
/// position: it keeps the ticket that it began with.
/// </summary>
internal sealed class Tickets(IConnectorState state) : IDisposable
{
    private const string Key = "tickets";
    private const string From = "from #";
    private readonly SemaphoreSlim gate = new(1);
    private volatile Dictionary<string, string>? roots;

    public string IdOf(AgentPosition position) => roots?.GetValueOrDefault(position.Ticket) ?? position.Ticket;

    public async Task LearnAsync(AgentReport report, CancellationToken ct)
    {
        var parts = report.Positions.Where(position => Before(position) is not null).ToList();
        if (parts.Count == 0 || (roots is { } known && parts.TrueForAll(part => known.ContainsKey(part.Ticket)))) return;
        await gate.WaitAsync(ct);
        try
        {
            var all = new Dictionary<string, string>(roots ?? await LoadAsync(ct), StringComparer.Ordinal);
            var open = report.Positions.Select(position => position.Ticket).ToHashSet(StringComparer.Ordinal);
            foreach (var part in parts)
                if (Before(part) is { } before) all.TryAdd(part.Ticket, all.GetValueOrDefault(before, before));
            // A link of a chain is needed until the next one is known.
            foreach (var gone in all.Keys.Where(ticket => !open.Contains(ticket)).ToList()) all.Remove(gone);
            await state.SetAsync(Key, string.Join(' ', all.Select(entry => $"{entry.Key}:{entry.Value}")), ct);
            roots = all;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<Dictionary<string, string>> LoadAsync(CancellationToken ct) => (await state.GetAsync(Key, ct) ?? "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(':')).Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static string? Before(AgentPosition position) =>
        position.Comment.StartsWith(From, StringComparison.Ordinal)
        && long.TryParse(position.Comment.AsSpan(From.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ticket)
            ? ticket.ToString(CultureInfo.InvariantCulture)
            : null;
}
