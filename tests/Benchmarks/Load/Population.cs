using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Load;

/// <summary>An account that signals are sent to.</summary>
internal sealed record Target(string Path, Guid Account = default);

/// <summary>
/// People who have signed up and connected their accounts, each with a history and with limits that are counted and never reached.
/// </summary>
internal sealed class Population(Product product, string broker, int tenants, int accounts, int history)
{
    private const int AtOnce = 8;

    public async Task<Target[]> MakeAsync(string connection, Action<string> say)
    {
        var made = new Target[accounts];
        var people = Math.Min(tenants, accounts);
        var done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, people), new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce
        }, async (person, ct) =>
        {
            using var http = new HttpClient { BaseAddress = product.Address, Timeout = TimeSpan.FromSeconds(240) };
            await SignUpAsync(http, person);
            // An Api that was there before its Workers hears of their connectors a moment later.
            while (!(await http.GetStringAsync(new Uri("/api/brokers", UriKind.Relative), ct))
                .Contains($"\"{broker}\"", StringComparison.Ordinal))
                await Task.Delay(200, ct);
            for (var account = person; account < accounts; account += people)
            {
                made[account] = await ConnectAsync(http);
                if (Interlocked.Increment(ref done) % 250 == 0) say($"{done} of {accounts} accounts of {broker} are connected");
            }
        });
        await using var database = NpgsqlDataSource.Create(connection);
        await ExecuteAsync(database, Limits);
        await ExecuteAsync(database, History, history);
        await ExecuteAsync(database, "vacuum analyze");
        return made;
    }

    private static async Task SignUpAsync(HttpClient http, int person)
    {
        using var answer = await http.PostAsJsonAsync("/auth/signup", new
        {
            email = $"bench-{person}-{Guid.NewGuid():N}@example.com", password = "correct horse battery", name = "Bench",
        });
        var token = (await ReadAsync(answer)).GetProperty("access_token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private async Task<Target> ConnectAsync(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync($"/register/{broker}", new { mode = "demo" });
        var view = await ReadAsync(answer);
        return new Target($"/webhook/{broker}/{view.GetProperty("api_key").GetString()}", view.GetProperty("id").GetGuid());
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException(
            $"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private const string Limits = """
        insert into risk.risk_config (tenant_id, max_daily_loss, max_trades_per_day, max_open_trades, denied_instruments, trading_hours_enabled,
            trading_hours_start, trading_hours_end)
        select id, 1000000, 1000000, 1000000, '{XAUUSD}', true, '00:00', '00:00' from tenancy.tenants
        on conflict (tenant_id) do nothing
        """;

    // What an account has done before: a fifth of it today.
    private const string History = """
        with made as (
            select a.tenant_id, a.id as account_id, a.broker, n,
                   now() - case when n % 5 = 0 then interval '2 minutes' else interval '1 day' end - n * interval '1 second' as at
            from accounts.accounts a, generate_series(1, $1) n),
        orders as (
            insert into trading.orders (id, tenant_id, account_id, broker, seq, webhook_id, client_order_id, action, intent, symbol, broker_symbol, side,
                type, qty, status, broker_order_id, broker_position_id, filled_qty, avg_price, valid_until, counted_as_trade, created_at, sent_at,
                answered_at, filled_at, settled_at, booked, told)
            select gen_random_uuid(), tenant_id, account_id, broker, -n, gen_random_uuid(), 'old-' || n, 'open',
                '{"action": "open", "side": "buy", "type": "market", "symbol": "GBPUSD", "qty": 0.01}', 'GBPUSD', 'GBPUSD', 'BUY', 'MARKET', 0.01, 'FILLED',
                'old-' || n, 'old-' || n, 0.01, 1.3, at + interval '30 seconds', true, at, at, at, at, at, true, true
            from made returning id, tenant_id, account_id, broker, webhook_id, created_at, broker_position_id),
        positions as (
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, status,
                opened_at, closed_at, realized_pnl, updated_at, order_id)
            select gen_random_uuid(), tenant_id, account_id, broker, broker_position_id, 'GBPUSD', 'GBPUSD', 'BUY', 0.01, 1.3, 'CLOSED',
                created_at, created_at + interval '1 second', 0.5, created_at, id
            from orders)
        insert into alerts.webhooks_log (id, tenant_id, account_id, broker, received_at, method, path, payload, order_id, status, latency_ms, response)
        select webhook_id, tenant_id, account_id, broker, created_at, 'POST', '/webhook/' || broker || '/***',
            '{"version":"unify.v1","intent":{"action":"open","side":"buy","type":"market","symbol":"GBPUSD","qty":0.01}}', id, 200, 5, '{"success":true}'
        from orders
        """;
}
