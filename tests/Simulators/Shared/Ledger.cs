using System.Text.Json;

namespace TradeFlow.Simulators.Shared;

/// <summary>An order that the broker really booked, whatever the client was told.</summary>
public sealed record LedgerEntry
{
    public required long Sequence { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Broker { get; init; }
    public required string User { get; init; }
    public required string Account { get; init; }

    /// <summary>The client's own tag: <c>strategyId</c> at TradeLocker, <c>customTag</c> at ProjectX.</summary>
    public string? Tag { get; init; }
    public required string OrderId { get; init; }

    /// <summary>
    /// <c>open</c> for an order that the client placed, <c>close</c> for a close of a position, <c>hand</c> for one made through the
    /// control API.
    /// </summary>
    public required string Kind { get; init; }
    public required string Symbol { get; init; }
    public required string Side { get; init; }
    public required string Type { get; init; }
    public required decimal Qty { get; init; }
}

/// <summary>Appends the entries of all simulators of the process to one file, on disk before the order is acknowledged.</summary>
public sealed class LedgerFile : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream? file;

    public LedgerFile(string? path)
    {
        if (string.IsNullOrWhiteSpace(path)) return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    public void Append(LedgerEntry entry)
    {
        if (file is null) return;
        lock (gate)
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(entry, JsonSerializerOptions.Web));
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => file?.Dispose();
}

/// <summary>The ledger of one simulator.</summary>
public sealed class Ledger(LedgerFile file)
{
    private readonly Lock gate = new();
    private readonly List<LedgerEntry> entries = [];

    public void Book(LedgerEntry entry)
    {
        lock (gate)
        {
            entry = entry with { Sequence = entries.Count + 1 };
            entries.Add(entry);
            file.Append(entry);
        }
    }

    public LedgerEntry[] Entries(string? account, string? tag, string? user)
    {
        lock (gate)
            return [.. entries.Where(entry => (account is null || entry.Account == account) && (tag is null || entry.Tag == tag)
                && (user is null || string.Equals(entry.User, user, StringComparison.OrdinalIgnoreCase)))];
    }

    public void Clear()
    {
        lock (gate) entries.Clear();
    }
}
