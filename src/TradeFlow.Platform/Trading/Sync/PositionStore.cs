using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>What a row of trading.positions has become that the book knew as open.</summary>
internal sealed record ClosedPosition(Guid Id, decimal? Pnl);

/// <summary>trading.positions, as the Worker writes it.</summary>
internal sealed class PositionStore(Database database)
{
    private readonly Gathered<Asked, Answered> reads = new(asked => ReadAsync(database, asked));
    private readonly SharedCommit<Shown, (BookedPosition Position, bool IsNew)?> shows = new(database.System, database.System, ShowAsync);

    /// <summary>
    /// The open positions, and what became of those among <paramref name="known"/> that are not open any more. Lanes that ask at one moment
    /// share a round trip.
    /// </summary>
    public async Task<(IReadOnlyList<BookedPosition> Open, IReadOnlyList<ClosedPosition> Closed)> ReadAsync(
        Lane lane, IEnumerable<Guid> known, CancellationToken ct)
    {
        var found = await reads.FindAsync(new Asked(lane.AccountId.Value, [.. known]), ct);
        return found is null ? ([], []) : (found.Open, found.Closed);
    }

    private static async Task<IReadOnlyDictionary<Asked, Answered>> ReadAsync(Database database, IReadOnlyCollection<Asked> asked)
    {
        await using var command = database.System.CreateCommand("""
            select account_id, id, broker_position_id, symbol, broker_symbol, side, opened_at, qty, avg_price, current_price, pnl, stop_loss,
                   take_profit, shown, status = 'OPEN', realized_pnl
            from trading.positions where account_id = any($1) and (status = 'OPEN' or id = any($2)) order by opened_at, id
            """);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, asked.Select(one => one.Account).Distinct().ToArray());
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, asked.SelectMany(one => one.Known).ToArray());
        Dictionary<Guid, Answered> found = [];
        await using (var rows = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await rows.ReadAsync(CancellationToken.None))
            {
                var account = rows.GetGuid(0);
                if (!found.TryGetValue(account, out var answered)) found[account] = answered = new Answered([], []);
                if (rows.GetBoolean(14)) answered.Open.Add(ReadOpen(rows));
                else answered.Closed.Add(new ClosedPosition(rows.GetGuid(1), rows.DecimalOrNull(15)));
            }
        }
        return asked.Where(one => found.ContainsKey(one.Account)).ToDictionary(one => one, one => found[one.Account].To(one));
    }

    private static BookedPosition ReadOpen(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(1),
        Key = row.GetString(2),
        Symbol = row.GetString(3),
        BrokerSymbol = row.GetString(4),
        Side = row.GetString(5) == "BUY" ? Side.Buy : Side.Sell,
        OpenedAt = row.GetFieldValue<DateTimeOffset>(6),
        Quantity = row.GetDecimal(7).Trimmed(),
        AveragePrice = row.GetDecimal(8).Trimmed(),
        CurrentPrice = row.DecimalOrNull(9),
        Pnl = row.DecimalOrNull(10),
        StopLoss = row.DecimalOrNull(11),
        TakeProfit = row.DecimalOrNull(12),
        IsShown = row.GetBoolean(13),
    };

    private sealed record Shown(Lane Lane, BookedPosition Position, string? ClientOrderId, DateTimeOffset? OpenedAt, long BegunAt);

    // By reference: one question of one lane.
    private sealed class Asked(Guid account, Guid[] known)
    {
        public Guid Account { get; } = account;
        public Guid[] Known { get; } = known;
    }

    private sealed record Answered(List<BookedPosition> Open, List<ClosedPosition> Closed)
    {
        // Of one account that asked twice each is told what it knew.
        public Answered To(Asked asked) => this with { Closed = [.. Closed.Where(position => asked.Known.Contains(position.Id))] };
    }

    /// <summary>A position that the broker shows and the book does not know. What lanes are shown at one moment shares a commit.</summary>
    /// <param name="openedAt">By the broker's clock, where it says.</param>
    /// <param name="begunAt">Timestamp of the start of the reading.</param>
    /// <returns>It with the id under which it goes on, and whether it is new; <c>null</c> when it has been closed since the reading
    /// began.</returns>
    public Task<(BookedPosition Position, bool IsNew)?> ShowAsync(
        Lane lane, BookedPosition position, string? clientOrderId, DateTimeOffset? openedAt, long begunAt) =>
        shows.RunAsync(new Shown(lane, position, clientOrderId, openedAt?.ToUniversalTime(), begunAt));

    private static async Task<IReadOnlyList<(BookedPosition Position, bool IsNew)?>> ShowAsync(
        NpgsqlDataSource pool, string patience, IReadOnlyList<Shown> batch)
    {
        await using var command = pool.CreateCommand(
            "select * from trading.show_positions($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)");
        command.Parameters.AddWithValue(patience);
        Add(NpgsqlDbType.Uuid, one => one.Position.Id);
        Add(NpgsqlDbType.Uuid, one => one.Lane.Tenant.Value);
        Add(NpgsqlDbType.Uuid, one => one.Lane.AccountId.Value);
        Add(NpgsqlDbType.Text, one => one.Lane.Account.Broker);
        Add(NpgsqlDbType.Text, one => one.Position.Key);
        Add(NpgsqlDbType.Text, one => one.ClientOrderId);
        Add(NpgsqlDbType.Text, one => one.Position.Symbol);
        Add(NpgsqlDbType.Text, one => one.Position.BrokerSymbol);
        Add(NpgsqlDbType.Text, one => one.Position.Side == Side.Buy ? "BUY" : "SELL");
        Add(NpgsqlDbType.Numeric, one => one.Position.Quantity);
        Add(NpgsqlDbType.Numeric, one => one.Position.AveragePrice);
        Add(NpgsqlDbType.Numeric, one => one.Position.CurrentPrice);
        Add(NpgsqlDbType.Numeric, one => one.Position.Pnl);
        Add(NpgsqlDbType.Numeric, one => one.Position.PnlPercent);
        Add(NpgsqlDbType.Numeric, one => one.Position.StopLoss);
        Add(NpgsqlDbType.Numeric, one => one.Position.TakeProfit);
        Add(NpgsqlDbType.TimestampTz, one => one.OpenedAt);
        Add(NpgsqlDbType.Interval, one => Stopwatch.GetElapsedTime(one.BegunAt));
        var results = new (BookedPosition, bool)?[batch.Count];
        await using (var rows = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await rows.ReadAsync(CancellationToken.None))
            {
                var at = rows.GetInt32(0) - 1;
                if (rows.GuidOrNull(1) is { } id)
                    results[at] = (batch[at].Position with { Id = id, OpenedAt = rows.GetFieldValue<DateTimeOffset>(2) },
                        rows.GetBoolean(3));
            }
        }
        return results;

        void Add<T>(NpgsqlDbType type, Func<Shown, T> value) => command.Parameters.AddColumn(type, batch, value);
    }

    /// <summary>Writes what a reading has changed, in one statement.</summary>
    /// <param name="begunAt">Timestamp of its start: what a fill of ours has changed since stays as it is.</param>
    /// <returns>The ids of the rows that were written.</returns>
    public async Task<HashSet<Guid>> UpdateAsync(IReadOnlyList<BookedPosition> moved, long begunAt, CancellationToken ct)
    {
        HashSet<Guid> written = [];
        if (moved.Count == 0) return written;
        await using var command = database.System.CreateCommand("""
            update trading.positions p set qty = n.qty, avg_price = n.avg_price, current_price = n.current_price, pnl = n.pnl, pnl_percent = n.pnl_percent,
                   stop_loss = n.stop_loss, take_profit = n.take_profit, shown = true, updated_at = clock_timestamp()
            from unnest($1, $2, $3, $4, $5, $6, $7, $8) as n (id, qty, avg_price, current_price, pnl, pnl_percent, stop_loss, take_profit)
            where p.id = n.id and p.status = 'OPEN' and (p.followed_at is null or p.followed_at <= clock_timestamp() - $9) returning p.id
            """);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, moved, position => position.Id);
        Numbers(position => position.Quantity);
        Numbers(position => position.AveragePrice);
        Numbers(position => position.CurrentPrice);
        Numbers(position => position.Pnl);
        Numbers(position => position.PnlPercent);
        Numbers(position => position.StopLoss);
        Numbers(position => position.TakeProfit);
        command.Parameters.AddWithValue(Stopwatch.GetElapsedTime(begunAt));
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) written.Add(rows.GetGuid(0));
        return written;

        void Numbers(Func<BookedPosition, decimal?> value) => command.Parameters.AddColumn(NpgsqlDbType.Numeric, moved, value);
    }

    /// <summary>Closes a row that the broker says is closed, or does not show any more.</summary>
    /// <param name="missedBy">Of one that is only missing: timestamp of the start of the reading that misses it.</param>
    /// <param name="settle">How long a position that was never shown may be missing after its fill.</param>
    /// <returns>What it realised; not closed when a fill of ours has changed it since the reading began, or it was closed before.</returns>
    public async Task<(bool Closed, decimal? Pnl)> CloseAsync(Guid position, long? missedBy, TimeSpan settle, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select * from trading.close_position($1, $2, $3)");
        command.Parameters.AddWithValue(position);
        command.Parameters.Add(NpgsqlDbType.Interval, missedBy is { } begunAt ? Stopwatch.GetElapsedTime(begunAt) : null);
        command.Parameters.Add(NpgsqlDbType.Interval, settle);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetBoolean(0), row.DecimalOrNull(1)) : (false, null);
    }

    /// <summary>The broker's id of an open position of ours, and whether the broker has shown it under that id.</summary>
    public async Task<(string Key, bool IsShown)?> KeyOfOpenAsync(Guid account, Guid position, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select broker_position_id, shown from trading.positions where id = $1 and account_id = $2 and status = 'OPEN'");
        command.Parameters.AddWithValue(position);
        command.Parameters.AddWithValue(account);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.GetBoolean(1)) : null;
    }

    /// <summary>Our id of an open position; <c>null</c> when the sync has not met it yet.</summary>
    public async Task<Guid?> OpenIdOfAsync(Guid account, string brokerPosition, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select id from trading.positions where account_id = $1 and broker_position_id = $2 and status = 'OPEN'");
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(brokerPosition);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }
}
