using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Insights.Trips;

/// <summary>What the trips of an account are reckoned from.</summary>
internal sealed class TripReads(NpgsqlConnection connection, Guid account, CancellationToken ct)
{
    private const string FillColumns = """
        select f.num, f.broker_fill_id, f.at, f.symbol, f.broker_position_id, f.side = 'BUY', f.qty, f.price, f.fees, f.pnl,
               coalesce(o.intent ->> 'price', parent.intent ->> 'price')::numeric, o.stop_loss, coalesce(o.webhook_id, parent.webhook_id),
               coalesce(o.strategy_name, parent.strategy_name)
        from trading.fills f
        left join trading.orders o on o.id = f.order_id
        left join trading.orders parent on parent.id = o.parent_id
        """;

    /// <summary>Facts of the account; <c>null</c> when there is none.</summary>
    public async Task<AccountFacts?> FactsAsync()
    {
        // How positions stand is decided once, by what our entries were sent as, else by what the plugin says of its broker.
        await using var command = Command("""
            select a.tenant_id, a.broker, a.currency, i.fills_seen, i.positions_seen, coalesce(i.is_netting,
                (select o.position_qty is not null from trading.orders o
                 where o.account_id = a.id and o.action in ('open', 'reverse') and o.status = 'FILLED' order by o.seq desc limit 1),
                (select p.manifest -> 'capabilities' ->> 'positionMode' = 'netting' from connectors.plugins p
                 where p.slug = a.broker order by p.seen_at desc limit 1)),
                exists (select from trading.fills f where f.account_id = a.id),
                exists (select from trading.fills f where f.account_id = a.id and f.broker_position_id is not null)
            from accounts.accounts a left join insights.accounts i on i.account_id = a.id where a.id = $1
            """);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new AccountFacts
        {
            Id = account,
            Tenant = row.GetGuid(0),
            Broker = row.GetString(1),
            Currency = row.GetString(2),
            FillsSeen = row.TimeOrNull(3),
            PositionsSeen = row.TimeOrNull(4),
            KnownNetting = row.IsDBNull(5) ? null : row.GetBoolean(5),
            HasFills = row.GetBoolean(6),
            HasPositionIds = row.GetBoolean(7),
        };
    }

    /// <summary>The books that have changed since they were followed last, and how far that is then.</summary>
    public async Task<Changes> ChangesAsync(AccountFacts facts)
    {
        List<ChangedBook> books = [];
        var (fills, positions) = (facts.FillsSeen, facts.PositionsSeen);
        await using (var command = Command("""
            select symbol, broker_position_id, min(at), max(changed_at) from trading.fills
            where account_id = $1 and changed_at > coalesce($2, '-infinity') group by symbol, broker_position_id
            """))
        {
            command.Parameters.AddTime(facts.FillsSeen);
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                books.Add(new ChangedBook(row.GetString(0), row.TextOrNull(1), row.GetFieldValue<DateTimeOffset>(2)));
                fills = Later(fills, row.GetFieldValue<DateTimeOffset>(3));
            }
        }
        await using (var command = Command("""
            select symbol, broker_position_id, opened_at, updated_at, closed_at from trading.positions
            where account_id = $1 and status = 'CLOSED' and updated_at > coalesce($2, '-infinity')
            """))
        {
            command.Parameters.AddTime(facts.PositionsSeen - TripBook.Nearly);
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                books.Add(new ChangedBook(row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2)));
                positions = Later(positions, row.GetFieldValue<DateTimeOffset>(3));
            }
        }
        return new Changes(books, fills, positions);
    }

    /// <summary>Where a netted book was flat last before a time: the fill that ended the trip, and what of it went on.</summary>
    public async Task<Cut?> CutAsync(string symbol, DateTimeOffset before)
    {
        await using var command = Command("""
            select exit_at, last_fill, turned from insights.trades
            where account_id = $1 and symbol = $2 and exit_at < $3 and first_fill is not null order by exit_at desc, last_fill desc limit 1
            """);
        command.Parameters.AddWithValue(symbol);
        command.Parameters.AddWithValue(before);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new Cut(row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(1), row.GetDecimal(2)) : null;
    }

    public Task<List<Fill>> FillsOfSymbolAsync(string symbol, Cut? from) =>
        FillsAsync(
            $"{FillColumns} where f.account_id = $1 and f.symbol = $2 and (f.at, f.num) >= (coalesce($3, '-infinity'), $4) order by f.at, f.num",
            parameters =>
            {
                parameters.AddWithValue(symbol);
                parameters.AddTime(from?.At);
                parameters.AddWithValue(from?.Fill ?? 0);
            });

    public Task<List<Fill>> FillsOfPositionsAsync(string[] positions) =>
        FillsAsync($"{FillColumns} where f.account_id = $1 and f.broker_position_id = any ($2) order by f.at, f.num",
            parameters => parameters.AddWithValue(positions));

    public Task<List<Fill>> AllFillsAsync() => FillsAsync($"{FillColumns} where f.account_id = $1 order by f.at, f.num", _ => { });

    /// <summary>Positions that were open at some time since; <c>null</c>: ever.</summary>
    public async Task<List<BookedPosition>> PositionsAsync(DateTimeOffset? since)
    {
        await using var command = Command("""
            select p.id, p.broker_position_id, p.symbol, p.side = 'BUY', p.qty, p.avg_price, p.opened_at,
                case p.status when 'CLOSED' then p.closed_at end, p.current_price, p.realized_pnl,
                entry.webhook_id, entry.strategy_name, entry.stop_loss,
                coalesce(closes.qty, 0), round(closes.worth / nullif(closes.qty, 0), 10), coalesce(closes.whole, false),
                p.status = 'CLOSED'
                    and not exists (select from trading.fills f
                                    where f.account_id = p.account_id and f.broker_position_id = p.broker_position_id
                                        and f.at between p.opened_at - interval '5 seconds' and p.closed_at + interval '5 seconds')
                    and not exists (select from trading.fills f
                                    where f.account_id = p.account_id and f.symbol = p.symbol
                                        and f.at between p.opened_at - interval '5 seconds' and p.closed_at + interval '5 seconds')
            from (select * from trading.positions where account_id = $1 and status = 'OPEN'
                  union all
                  select * from trading.positions where account_id = $1 and status = 'CLOSED' and updated_at >= coalesce($2, '-infinity')) p
            left join trading.orders entry on entry.id = p.order_id
            left join lateral (
                select sum(o.filled_qty) as qty, sum(o.filled_qty * o.avg_price) as worth,
                       bool_or(o.status = 'FILLED' and o.filled_qty >= o.position_qty) as whole
                from trading.orders o
                where o.account_id = p.account_id and o.broker_position_id = p.broker_position_id and o.action in ('close', 'flatten')
                    and o.created_at >= p.opened_at - interval '5 seconds' and o.created_at <= coalesce(p.closed_at, 'infinity')
                    and o.filled_qty > 0) closes on true
            order by p.opened_at, p.id
            """);
        command.Parameters.AddTime(since);
        List<BookedPosition> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            found.Add(new BookedPosition
            {
                Id = row.GetGuid(0),
                Key = row.GetString(1),
                Symbol = row.GetString(2),
                IsLong = row.GetBoolean(3),
                Qty = row.GetDecimal(4),
                EntryPrice = row.GetDecimal(5),
                OpenedAt = row.GetFieldValue<DateTimeOffset>(6),
                ClosedAt = row.TimeOrNull(7),
                LastPrice = row.DecimalOrNull(8),
                RealizedPnl = row.DecimalOrNull(9),
                Webhook = row.GuidOrNull(10),
                Strategy = row.TextOrNull(11),
                Stop = row.DecimalOrNull(12),
                ClosedQty = row.GetDecimal(13),
                ClosedPrice = row.DecimalOrNull(14),
                ClosedWhole = row.GetBoolean(15),
                IsUntold = row.GetBoolean(16),
            });
        return found;
    }

    /// <summary>What a point of these symbols is worth, as far as the instruments are known.</summary>
    public async Task<Dictionary<string, PointValue>> ValuesAsync(string[] symbols, string currency)
    {
        await using var command = Command("""
            select distinct on (symbol) symbol, data from connectors.instruments
            where account_id = $1 and symbol = any ($2) order by symbol, updated_at desc, broker_symbol
            """);
        command.Parameters.AddWithValue(symbols);
        Dictionary<string, PointValue> found = new(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var instrument = JsonSerializer.Deserialize(row.GetString(1), ConnectorsJson.Default.Instrument);
            if (instrument is not { TickSize: > 0 }) continue;
            var isOwn = instrument.QuoteCurrency is not { } quoted || string.Equals(quoted, currency, StringComparison.OrdinalIgnoreCase);
            var perTick = instrument.TickValue ?? instrument.TickSize * instrument.ContractSize;
            found[row.GetString(0)] = new PointValue(instrument.TickSize, isOwn ? perTick / instrument.TickSize : null);
        }
        return found;
    }

    private async Task<List<Fill>> FillsAsync(string sql, Action<NpgsqlParameterCollection> bind)
    {
        await using var command = Command(sql);
        command.CommandTimeout = 60;
        bind(command.Parameters);
        List<Fill> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            found.Add(new Fill(
                row.GetInt64(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3), row.TextOrNull(4),
                row.GetBoolean(5), row.GetDecimal(6), row.GetDecimal(7), row.GetDecimal(8), row.IsDBNull(9) ? null : row.GetDecimal(9),
                row.DecimalOrNull(10), row.DecimalOrNull(11), row.GuidOrNull(12), row.TextOrNull(13)));
        return found;
    }

    private NpgsqlCommand Command(string sql) => new(sql, connection) { Parameters = { new NpgsqlParameter { Value = account } } };

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
}

internal sealed record AccountFacts
{
    public required Guid Id { get; init; }
    public required Guid Tenant { get; init; }
    public required string Broker { get; init; }
    public required string Currency { get; init; }
    public required DateTimeOffset? FillsSeen { get; init; }
    public required DateTimeOffset? PositionsSeen { get; init; }

    /// <summary><c>null</c> where nothing has told.</summary>
    public required bool? KnownNetting { get; init; }
    public required bool HasFills { get; init; }
    public required bool HasPositionIds { get; init; }

    public bool IsNetting => KnownNetting ?? !HasPositionIds;
}

/// <param name="From">What has changed first in it.</param>
internal sealed record ChangedBook(string Symbol, string? Position, DateTimeOffset From);

internal sealed record Changes(IReadOnlyList<ChangedBook> Books, DateTimeOffset? FillsSeen, DateTimeOffset? PositionsSeen);

/// <summary>A moment at which a book was flat: after the fill, but for what of it turned.</summary>
internal sealed record Cut(DateTimeOffset At, long Fill, decimal Turned);
