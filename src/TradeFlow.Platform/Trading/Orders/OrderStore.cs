using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>The numbers that are about to be sent. Committed before anything leaves.</summary>
internal sealed record ResolvedOrder
{
    public string? BrokerSymbol { get; init; }
    public string? Side { get; init; }
    public decimal? Qty { get; init; }
    public decimal? Price { get; init; }
    public decimal? StopLoss { get; init; }
    public decimal? TakeProfit { get; init; }
    public string? BrokerPositionId { get; init; }
    public Guid? PositionId { get; init; }
    /// <summary>What was open when a close was sent; of a cancel, how many orders were working.</summary>
    public decimal? PositionQty { get; init; }

    /// <summary>The platform's symbol where the signal named none (flatten).</summary>
    public string? Symbol { get; init; }

    /// <summary>Version of the account from whose settings an entry was made up.</summary>
    public long? AccountVersion { get; init; }
}

/// <summary>The commands on trading.orders that the Worker gives. Each is one round trip and one commit.</summary>
internal sealed class OrderStore(Database database)
{
    private const int LongestReason = 1000;

    public async Task<bool> RefuseAsync(
        Guid order, long epoch, string status, string code, string reason, IReadOnlyDictionary<string, string[]>? errors,
        CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select trading.refuse_order($1, $2, $3, $4, $5, $6)");
        command.Parameters.AddWithValue(order);
        command.Parameters.AddWithValue(epoch);
        command.Parameters.AddWithValue(status);
        command.Parameters.AddWithValue(code);
        // A connector may have had its say in them. An order that cannot be ended for its words would hold up its lane.
        command.Parameters.AddText(ForeignText.Clean(reason, LongestReason));
        var byField = errors?.ToDictionary(field => field.Key,
            field => field.Value.Select(text => ForeignText.Clean(text, LongestReason)).ToArray());
        command.Parameters.AddJson(byField is { Count: > 0 }
            ? JsonSerializer.Serialize(byField, TradingJson.Default.DictionaryStringStringArray)
            : null);
        return (bool)(await command.ExecuteScalarAsync(ct))!; // the function returns a boolean, never null
    }

    /// <summary>Writes down what a target takes, before anything of it is sent.</summary>
    /// <param name="refusal">Why it may enter nothing, as JSON, where that was found only now.</param>
    /// <returns>The row as it is now; <c>null</c> when it is not ours to run any more.</returns>
    public async Task<OrderRow?> PlanAsync(OrderRow order, long epoch, TradeIntent plan, bool gap, string? refusal, CancellationToken ct)
    {
        var side = plan.Side switch { TradeSide.Buy => "BUY", TradeSide.Sell => "SELL", _ => null };
        var now = order with
        {
            Action = plan.Command, IntentJson = plan.ToJson(), Side = side, Unplanned = false, Gap = order.Gap || gap,
            EntryRefusal = order.EntryRefusal ?? refusal,
        };
        await using var command = database.System.CreateCommand("select trading.plan_target($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.AddWithValue(order.Id);
        command.Parameters.AddWithValue(epoch);
        command.Parameters.AddWithValue(now.Action);
        command.Parameters.AddJson(now.IntentJson);
        command.Parameters.AddText(side);
        command.Parameters.AddWithValue(gap);
        command.Parameters.AddJson(refusal);
        return (bool)(await command.ExecuteScalarAsync(ct))! ? now : null; // the function returns a boolean, never null
    }

    /// <summary>The broker's names of the symbols that a strategy has entered on an account.</summary>
    public async Task<IReadOnlySet<string>> SymbolsOfStrategyAsync(Guid account, Guid strategy, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select distinct o.broker_symbol from trading.orders o
            where o.account_id = $1 and o.strategy_id = $2 and o.action in ('open', 'reverse') and o.broker_symbol is not null
            """);
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(strategy);
        HashSet<string> names = new(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) names.Add(row.GetString(0));
        return names;
    }

    /// <summary>The targets of an account that were recorded up to <paramref name="within"/> before this one, the newest first.</summary>
    public async Task<List<OrderRow>> TargetsBeforeAsync(OrderRow order, TimeSpan within, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand($"""
            select {OrderRow.Columns} from trading.orders o
            where o.account_id = $1 and o.seq < $2 and o.seq > $2 - 200 and o.created_at >= $3 and o.parent_id is null and o.intent ? 'target'
            order by o.seq desc
            """);
        command.Parameters.AddWithValue(order.AccountId);
        command.Parameters.AddWithValue(order.Seq);
        command.Parameters.AddWithValue(order.CreatedAt - within);
        return await ReadAllAsync(command, ct);
    }

    /// <summary>Puts a claimed order back under which nothing was sent.</summary>
    public async Task<bool> ReleaseAsync(Guid order, long epoch, string why, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select trading.release_order($1, $2, $3)");
        command.Parameters.AddWithValue(order);
        command.Parameters.AddWithValue(epoch);
        command.Parameters.AddWithValue(why);
        return (bool)(await command.ExecuteScalarAsync(ct))!; // the function returns a boolean, never null
    }

    /// <summary>What was claimed under this epoch and has no outcome.</summary>
    public async Task<List<OrderRow>> ListSendingAsync(Guid account, long epoch, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand($"""
            select {OrderRow.Columns} from trading.orders o
            where o.account_id = $1 and o.status = 'SENDING' and o.epoch = $2 order by o.seq
            """);
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(epoch);
        return await ReadAllAsync(command, ct);
    }

    /// <summary>Orders that an earlier epoch left behind in SENDING become unknown (a cancel runs again). Returns their ids.</summary>
    public async Task<IReadOnlyList<Guid>> TakeOverAsync(Guid account, long epoch, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select trading.take_over($1, $2)");
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(epoch);
        List<Guid> taken = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) taken.Add(rows.GetGuid(0));
        return taken;
    }

    /// <summary>A leg of a signal that takes several orders. It runs in the turn of its parent.</summary>
    public async Task AddLegAsync(
        OrderRow parent, OrderId leg, string action, string symbol, TradeIntent intent, Guid? position, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select trading.enqueue_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, 'MARKET', $12, null, $13, clock_timestamp(), $14)
            """);
        command.Parameters.AddWithValue(leg.Value);
        command.Parameters.AddWithValue(parent.TenantId);
        command.Parameters.AddWithValue(parent.AccountId);
        command.Parameters.AddWithValue(parent.Broker);
        command.Parameters.AddId(parent.WebhookId);
        command.Parameters.AddWithValue(parent.Id);
        command.Parameters.AddId(position);
        command.Parameters.AddWithValue(ClientOrderId.For(leg));
        command.Parameters.AddWithValue(action);
        command.Parameters.AddJson(intent.ToJson());
        command.Parameters.AddWithValue(symbol);
        command.Parameters.AddNumber(intent.Qty);
        command.Parameters.AddWithValue(parent.StopEpoch);
        command.Parameters.AddWithValue(parent.ValidUntil);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<OrderRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand($"select {OrderRow.Columns} from trading.orders o where o.id = $1");
        command.Parameters.AddWithValue(id);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? OrderRow.Read(rows) : null;
    }

    /// <summary>Rows of one account by a condition on <c>o</c>; <c>$1</c> is the account.</summary>
    public async Task<List<OrderRow>> ListAsync(Guid account, string condition, CancellationToken ct)
    {
        await using var command =
            database.System.CreateCommand($"select {OrderRow.Columns} from trading.orders o where o.account_id = $1 and {condition}");
        command.Parameters.AddWithValue(account);
        return await ReadAllAsync(command, ct);
    }

    public async Task<List<OrderRow>> LegsAsync(Guid parent, CancellationToken ct)
    {
        await using var command =
            database.System.CreateCommand($"select {OrderRow.Columns} from trading.orders o where o.parent_id = $1 order by o.seq");
        command.Parameters.AddWithValue(parent);
        return await ReadAllAsync(command, ct);
    }

    /// <summary>Notes a look at an unknown order and when the next is due.</summary>
    public async Task NoteLookAsync(Guid order, DateTimeOffset next, DateTimeOffset? absentAt, bool needsReview, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update trading.orders set looks = looks + 1, next_look_at = $2, absent_at = $3, needs_review = $4 where id = $1 and status in ('UNKNOWN', 'WORKING', 'PARTIALLY_FILLED')
            """);
        command.Parameters.AddWithValue(order);
        command.Parameters.AddWithValue(next);
        command.Parameters.AddTime(absentAt);
        command.Parameters.AddWithValue(needsReview);
        await command.ExecuteNonQueryAsync(ct);
    }

    internal static async Task<List<OrderRow>> ReadAllAsync(NpgsqlCommand command, CancellationToken ct)
    {
        List<OrderRow> found = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) found.Add(OrderRow.Read(rows));
        return found;
    }
}
