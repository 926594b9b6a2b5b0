using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Insights.Trips;

/// <summary>Keeps insights.trades equal to what fills and positions tell, account by account.</summary>
internal sealed class TripStore(Database database, TimeProvider clock)
{
    // A broker may tell of a fill a moment after it has shown the position closed.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(60);

    public async Task<List<Guid>> BehindAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select * from insights.behind($1)");
        command.Parameters.AddWithValue(clock.GetUtcNow());
        List<Guid> accounts = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) accounts.Add(row.GetGuid(0));
        return accounts;
    }

    /// <summary>Brings the trades of accounts up to their fills, in one commit.</summary>
    /// <returns>How many trades came, went or changed; none of an account where another Worker is at it.</returns>
    public async Task<long> FollowAsync(IReadOnlyCollection<Guid> accounts, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var changed = 0L;
        // In one order, so that two Workers cannot wait for each other crosswise.
        foreach (var account in accounts.Order()) changed += await FollowAsync(account, connection, ct);
        await transaction.CommitAsync(ct);
        return changed;
    }

    // Each book from where it was flat before its first change.
    private async Task<long> FollowAsync(Guid account, NpgsqlConnection connection, CancellationToken ct)
    {
        if (!await TakeTurnAsync(account, connection, ct)) return 0;
        var reads = new TripReads(connection, account, ct);
        if (await reads.FactsAsync() is not { } facts) return 0;
        var changes = await reads.ChangesAsync(facts);

        List<Fill> fills = [];
        Dictionary<string, Cut> cuts = new(StringComparer.Ordinal);
        var since = DateTimeOffset.MaxValue;
        foreach (var book in changes.Books.Where(book => facts.IsNetting || book.Position is null)
            .GroupBy(book => book.Symbol, StringComparer.Ordinal))
        {
            var from = book.Min(one => one.From);
            // Where positions stand side by side, a trade of the symbol says nothing of the fills that name no position.
            if (facts.IsNetting && await reads.CutAsync(book.Key, from) is { } cut) cuts[book.Key] = cut;
            var read = await reads.FillsOfSymbolAsync(book.Key, cuts.GetValueOrDefault(book.Key));
            fills.AddRange(facts.IsNetting ? read : read.Where(fill => fill.Position is null));
            since = Earlier(since, read.Count > 0 ? Earlier(read[0].At, from) : from);
        }
        var positions = changes.Books.Where(book => !facts.IsNetting).Select(book => book.Position).OfType<string>()
            .Distinct(StringComparer.Ordinal).ToArray();
        if (positions.Length > 0)
        {
            var read = await reads.FillsOfPositionsAsync(positions);
            fills.AddRange(read);
            foreach (var book in changes.Books) since = Earlier(since, book.From);
            if (read.Count > 0) since = Earlier(since, read[0].At);
        }
        var booked = await reads.PositionsAsync(Since(facts, since));
        var (waiting, ready) = Split(facts, booked);
        var values = await reads.ValuesAsync(SymbolsOf(fills, booked), facts.Currency);
        var trips = TripFold.Trips(facts, fills, ready, values, cuts);

        var changed = await KeepAsync(facts, trips, fills, booked, connection, ct);
        await NoteAsync(facts, changes, waiting, changed.LastExit, connection, ct);
        return changed.Count;
    }

    /// <summary>Reckons all trades of an account from its first fill, and compares them with those that are stored.</summary>
    /// <param name="repair">Writes what differs.</param>
    /// <returns>What differs, in words; how many trades there are.</returns>
    public async Task<(List<string> Differences, int Trades)> RecomputeAsync(Guid account, bool repair, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var reads = new TripReads(connection, account, ct);
        if (await reads.FactsAsync() is not { } facts) return ([], 0);
        var fills = await reads.AllFillsAsync();
        var booked = await reads.PositionsAsync(null);
        var values = await reads.ValuesAsync(SymbolsOf(fills, booked), facts.Currency);
        var trips = TripFold.Trips(facts, fills, Split(facts, booked).Ready, values, new Dictionary<string, Cut>());
        var stored = await StoredAsync(account, connection, ct);
        var wanted = trips.ToDictionary(trip => trip.Id);
        List<string> differences =
        [
            .. trips.Where(trip => !stored.ContainsKey(trip.Id)).Select(trip => $"missing: {trip}"),
            .. stored.Values.Where(trip => !wanted.ContainsKey(trip.Id)).Select(trip => $"too many: {trip}"),
            .. trips.Where(trip => stored.TryGetValue(trip.Id, out var kept) && kept != trip)
                .Select(trip => $"differs: {trip} is stored as {stored[trip.Id]}"),
        ];
        if (repair && differences.Count > 0)
        {
            await KeepAsync(facts, trips, fills, booked, connection, ct);
            await transaction.CommitAsync(ct);
        }
        return (differences, trips.Count);
    }

    public async Task<List<Guid>> AccountsAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select id from accounts.accounts order by created_at, id");
        List<Guid> accounts = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) accounts.Add(row.GetGuid(0));
        return accounts;
    }

    private DateTimeOffset Since(AccountFacts facts, DateTimeOffset firstChange)
    {
        if (firstChange == DateTimeOffset.MaxValue) return clock.GetUtcNow() - Settle - Settle;
        // Where no fill tells, each position is a trade by itself, and those that did not change are what they were.
        return (facts is { HasFills: false, PositionsSeen: { } seen } ? seen : firstChange) - TripBook.Nearly;
    }

    private static async Task<bool> TakeTurnAsync(Guid account, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended('insights.trades ' || $1, 0))",
            connection);
        command.Parameters.AddWithValue(account.ToString());
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private (List<BookedPosition> Waiting, List<BookedPosition> Ready) Split(AccountFacts facts, List<BookedPosition> booked)
    {
        var settled = clock.GetUtcNow() - Settle;
        List<BookedPosition> waiting = facts.HasFills ? [.. booked.Where(position => position.IsUntold && position.ClosedAt > settled)]
            : [];
        return (waiting, [.. booked.Except(waiting)]);
    }

    private static string[] SymbolsOf(List<Fill> fills, List<BookedPosition> booked) =>
        [.. fills.Select(fill => fill.Symbol).Concat(booked.Where(position => position.IsUntold).Select(position => position.Symbol))
            .Distinct(StringComparer.Ordinal)];

    private static async Task<(long Count, DateTimeOffset? LastExit)> KeepAsync(
        AccountFacts facts, List<RoundTrip> trips, List<Fill> fills, List<BookedPosition> booked, NpgsqlConnection connection,
            CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select * from insights.keep_trades($1, $2, $3, $4, $5, $6, $7)", connection);
        command.CommandTimeout = 60;
        command.Parameters.AddWithValue(facts.Tenant);
        command.Parameters.AddWithValue(facts.Id);
        command.Parameters.AddWithValue(facts.Broker);
        command.Parameters.AddWithValue(facts.Currency);
        command.Parameters.AddJson(JsonSerializer.Serialize(trips, TripJson.Default.ListRoundTrip));
        command.Parameters.AddWithValue(fills.Select(fill => fill.Num).ToArray());
        command.Parameters.AddWithValue(booked.Select(position => position.Id).ToArray());
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetInt64(0), row.TimeOrNull(1)) : (0, null);
    }

    private static async Task NoteAsync(
        AccountFacts facts, Changes changes, List<BookedPosition> waiting, DateTimeOffset? lastExit, NpgsqlConnection connection,
            CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into insights.accounts as i (account_id, tenant_id, is_netting, fills_seen, positions_seen, look_again_at, traded_at)
                values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (account_id) do update set is_netting = excluded.is_netting, fills_seen = excluded.fills_seen,
                    positions_seen = excluded.positions_seen, look_again_at = excluded.look_again_at,
                    traded_at = greatest(i.traded_at, excluded.traded_at)
            """, connection);
        command.Parameters.AddWithValue(facts.Id);
        command.Parameters.AddWithValue(facts.Tenant);
        command.Parameters.Add(NpgsqlTypes.NpgsqlDbType.Boolean, facts.KnownNetting);
        command.Parameters.AddTime(changes.FillsSeen);
        command.Parameters.AddTime(changes.PositionsSeen);
        command.Parameters.AddTime(waiting.Max(position => position.ClosedAt) + Settle);
        command.Parameters.AddTime(lastExit);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<Dictionary<Guid, RoundTrip>> StoredAsync(Guid account, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select id, symbol, side, qty, entry_at, entry_price, exit_at, exit_price, gross_pnl, fees, net_pnl, slippage_ticks, slippage_money,
                   strategy, webhook_id, position_id, first_fill, last_fill, turned, risk, r_multiple
            from insights.trades where account_id = $1
            """, connection) { CommandTimeout = 60 };
        command.Parameters.AddWithValue(account);
        Dictionary<Guid, RoundTrip> stored = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            stored[row.GetGuid(0)] = new RoundTrip
            {
                Id = row.GetGuid(0),
                Symbol = row.GetString(1),
                Side = row.GetString(2),
                Qty = row.GetDecimal(3),
                EntryAt = row.TimeOrNull(4),
                EntryPrice = row.DecimalOrNull(5),
                ExitAt = row.GetFieldValue<DateTimeOffset>(6),
                ExitPrice = row.DecimalOrNull(7),
                GrossPnl = row.DecimalOrNull(8),
                Fees = row.GetDecimal(9),
                NetPnl = row.DecimalOrNull(10),
                SlippageTicks = row.DecimalOrNull(11),
                SlippageMoney = row.DecimalOrNull(12),
                Strategy = row.TextOrNull(13),
                WebhookId = row.GuidOrNull(14),
                PositionId = row.GuidOrNull(15),
                FirstFill = row.IsDBNull(16) ? null : row.GetInt64(16),
                LastFill = row.IsDBNull(17) ? null : row.GetInt64(17),
                Turned = row.GetDecimal(18),
                Risk = row.DecimalOrNull(19),
                RMultiple = row.DecimalOrNull(20),
            };
        return stored;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<RoundTrip>))]
internal sealed partial class TripJson : JsonSerializerContext;
