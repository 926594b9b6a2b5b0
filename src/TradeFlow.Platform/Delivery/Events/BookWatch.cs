using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;

namespace TradeFlow.Platform.Delivery.Events;

/// <summary>
/// Finds closed trades and reached limits in the books of tenants in which somebody wants to know, so that nothing on the way of an order
/// has to tell them. Each is told once, whichever Worker finds it.
/// </summary>
internal sealed class BookWatch(
    Database database, Notifications notices, TimeProvider clock, Supervisor supervisor) : SupervisedService(supervisor)
{
    private const int Piece = 200;
    private static readonly string[] Limits =
        ["risk.daily_loss", "risk.trades_per_day", "risk.open_positions", "trial.trades", "trial.expired", "plan.limit_reached"];
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    // A row may be committed some time after the moment that it names.
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FillsMayCome = TimeSpan.FromSeconds(1);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("events in the books", KeepLookingAsync)];

    private async Task KeepLookingAsync(CancellationToken ct)
    {
        while (true)
            if (await LookAsync(ct) < Piece) await Task.Delay(Look, clock, ct);
    }

    /// <returns>How many tenants and events were looked at.</returns>
    private async Task<int> LookAsync(CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        var watches = await TakeAsync(now, connection, ct);
        if (watches.Count == 0) return 0;
        foreach (var trade in await ClosedAsync([.. watches.Where(watch => watch.Event == Watched.TradeClosed)], now, connection, ct))
            await notices.AddOnceAsync(trade.Tenant, $"trade.closed:{trade.Id}", Notifications.Info, Watched.TradeClosed, trade.Text,
                trade.DataJson, connection, ct);
        foreach (var limit in await ReachedAsync([.. watches.Where(watch => watch.Event == Watched.LimitReached)], connection, ct))
            await notices.AddOnceAsync(limit.Tenant, $"limit.reached:{limit.Code}:{limit.Day:yyyy-MM-dd}", Notifications.Warning,
                Watched.LimitReached,
                limit.Text, limit.DataJson, connection, ct);
        await transaction.CommitAsync(ct);
        return watches.Count;
    }

    private static async Task<List<Watch>> TakeAsync(DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with due as (select tenant_id, event, begun_at, seen_at from delivery.watches where seen_at <= $1 - $2 order by seen_at limit $3 for update skip locked)
            update delivery.watches w set seen_at = $1 from due where w.tenant_id = due.tenant_id and w.event = due.event
            returning w.tenant_id, w.event, greatest(due.begun_at, due.seen_at - $4)
            """, connection);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(Look);
        command.Parameters.AddWithValue(Piece);
        command.Parameters.AddWithValue(LookBack);
        List<Watch> watches = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) watches.Add(new Watch(row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2)));
        return watches;
    }

    private static async Task<List<ClosedTrade>> ClosedAsync(
        List<Watch> watches, DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct)
    {
        if (watches.Count == 0) return [];
        await using var command = new NpgsqlCommand("select * from delivery.closed_trades($1, $2, $3)", connection);
        AddWatches(watches, command);
        command.Parameters.AddWithValue(now - FillsMayCome);
        List<ClosedTrade> trades = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            trades.Add(new ClosedTrade(new TenantId(row.GetGuid(0)), row.GetGuid(1), row.GetGuid(2), row.GetString(3), row.GetString(4),
                row.GetString(5),
                row.DecimalOrNull(6), row.TextOrNull(7)));
        return trades;
    }

    private static async Task<List<ReachedLimit>> ReachedAsync(List<Watch> watches, NpgsqlConnection connection, CancellationToken ct)
    {
        if (watches.Count == 0) return [];
        await using var command = new NpgsqlCommand("select * from delivery.limits_reached($1, $2, $3)", connection);
        AddWatches(watches, command);
        command.Parameters.AddWithValue(Limits);
        List<ReachedLimit> limits = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            limits.Add(new ReachedLimit(new TenantId(row.GetGuid(0)), row.GetString(1), row.GetFieldValue<DateOnly>(2), row.GetGuid(3),
                row.GuidOrNull(4), row.TextOrNull(5)));
        return limits;
    }

    private static void AddWatches(List<Watch> watches, NpgsqlCommand command)
    {
        command.Parameters.AddWithValue(watches.Select(watch => watch.Tenant).ToArray());
        command.Parameters.AddWithValue(watches.Select(watch => watch.Since).ToArray());
    }

    private sealed record Watch(Guid Tenant, string Event, DateTimeOffset Since);

    private sealed record ClosedTrade(
        TenantId Tenant, Guid Id, Guid Account, string AccountName, string Symbol, string Side, decimal? Pnl, string? Currency)
    {
        public string Text => Pnl is { } pnl
            ? $"{(Side == "BUY" ? "Long" : "Short")} {Symbol} on {AccountName} was closed with {pnl.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)} {Currency}"
                .TrimEnd() + "."
            : $"{(Side == "BUY" ? "Long" : "Short")} {Symbol} on {AccountName} was closed.";

        public string DataJson => JsonSerializer.Serialize(new ClosedTradeData(Id, Account, Symbol, Pnl, Currency),
            BookJson.Default.ClosedTradeData);
    }

    private sealed record ReachedLimit(TenantId Tenant, string Code, DateOnly Day, Guid Webhook, Guid? Account, string? Words)
    {
        public string Text => $"{Words ?? Code}{(Words is { Length: > 0 } words && words[^1] == '.' ? "" : ".")} Entries are refused; closing positions always works.";

        public string DataJson => JsonSerializer.Serialize(new ReachedLimitData(Code, Webhook, Account), BookJson.Default.ReachedLimitData);
    }
}

internal sealed record ClosedTradeData(Guid PositionId, Guid AccountId, string Symbol, decimal? Pnl, string? Currency);

internal sealed record ReachedLimitData(string Code, Guid WebhookId, Guid? AccountId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClosedTradeData))]
[JsonSerializable(typeof(ReachedLimitData))]
internal sealed partial class BookJson : JsonSerializerContext;
