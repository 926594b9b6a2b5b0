using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// What open positions are worth, on its way into trading.positions: for all lanes together once a second, the newest of each. Nobody waits
/// for it, and a crash loses what the broker tells again.
/// </summary>
internal sealed class PositionPrices(Database database, TimeProvider clock, Supervisor supervisor) : SupervisedService(supervisor)
{
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    // A row that is not written so often is not open any more, or a fill has told more of it.
    private const int Tries = 5;
    private readonly ConcurrentDictionary<Guid, Price> noted = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile IReadOnlyDictionary<Guid, Price> inHand = ImmutableDictionary<Guid, Price>.Empty;

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("position prices", KeepWritingAsync)];

    /// <param name="begunAt">Timestamp of the start of the reading that told it.</param>
    public void Note(BookedPosition position, long begunAt) =>
        noted[position.Id] = new Price(position.CurrentPrice, position.Pnl, position.PnlPercent, begunAt, 0);

    /// <summary>Writes what is noted of one position before something is made of its row.</summary>
    public Task WriteAsync(Guid position, CancellationToken ct) =>
        noted.ContainsKey(position) || inHand.ContainsKey(position) ? WriteAsync([position], ct) : Task.CompletedTask;

    /// <summary>
    /// Drops what is noted of those whose numbers are about to be written in another way; what is being written is over by then.
    /// </summary>
    public async Task ForgetAsync(IReadOnlyList<BookedPosition> positions, CancellationToken ct)
    {
        var now = inHand;
        if (positions.Any(position => now.ContainsKey(position.Id)))
        {
            await turn.WaitAsync(ct);
            turn.Release();
        }
        foreach (var position in positions) noted.TryRemove(position.Id, out _);
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await WriteAsync(noted.Keys, cancellationToken);
        }
        catch (Exception e) when (DatabaseFault.Passes(e))
        {
            // Whoever takes the lanes reads them from the brokers.
        }
    }

    private async Task KeepWritingAsync(CancellationToken ct)
    {
        while (true)
        {
            await WriteAsync(noted.Keys, ct);
            await Task.Delay(Between, clock, ct);
        }
    }

    private async Task WriteAsync(IEnumerable<Guid> positions, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            await WriteInTurnAsync(positions, ct);
        }
        finally
        {
            inHand = ImmutableDictionary<Guid, Price>.Empty;
            turn.Release();
        }
    }

    private async Task WriteInTurnAsync(IEnumerable<Guid> positions, CancellationToken ct)
    {
        // In hand before it is not noted any more: at each moment it is one of them.
        Dictionary<Guid, Price> batch = [];
        foreach (var position in positions)
            if (noted.TryGetValue(position, out var price)) batch[position] = price;
        if (batch.Count == 0) return;
        inHand = batch;
        foreach (var one in batch) noted.TryRemove(one);
        HashSet<Guid> written = [];
        try
        {
            await using var command = database.System.CreateCommand("select * from trading.price_positions($1, $2, $3, $4, $5)");
            var rows = batch.ToList();
            command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => row.Key);
            command.Parameters.AddColumn(NpgsqlDbType.Numeric, rows, row => row.Value.Current);
            command.Parameters.AddColumn(NpgsqlDbType.Numeric, rows, row => row.Value.Pnl);
            command.Parameters.AddColumn(NpgsqlDbType.Numeric, rows, row => row.Value.PnlPercent);
            command.Parameters.AddColumn(NpgsqlDbType.Interval, rows, row => Stopwatch.GetElapsedTime(row.Value.BegunAt));
            await using var ids = await command.ExecuteReaderAsync(ct);
            while (await ids.ReadAsync(ct)) written.Add(ids.GetGuid(0));
        }
        finally
        {
            // A newer one that has come meanwhile stays.
            foreach (var (position, price) in batch)
                if (!written.Contains(position) && price.Tried < Tries) noted.TryAdd(position, price with { Tried = price.Tried + 1 });
        }
    }

    private sealed record Price(decimal? Current, decimal? Pnl, decimal? PnlPercent, long BegunAt, int Tried);
}
