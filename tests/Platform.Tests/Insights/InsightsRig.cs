using System.Globalization;
using NpgsqlTypes;
using TradeFlow.Platform.Insights.Trips;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Insights;

/// <summary>The real Api over a database into which a test tells fills as the Worker does.</summary>
public sealed class InsightsRig : ApiFixture
{
    internal TripStore Trips => new(Platform.Database, TimeProvider.System);

    internal async Task<Guid> AddAccountAsync(Person person, string name = "Main", string currency = "USD", string broker = "paper")
    {
        var id = Guid.NewGuid();
        await using var command = Platform.Database.System.CreateCommand("""
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, balance, equity, last_sync)
                values ($1, $2, $3, $4, $5, 'demo', $6, $7, 'active', 10000, 10000, now())
            """);
        foreach (object value in (object[])[id, person.TenantId, person.UserId, broker, name, id.ToString(), currency])
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
        foreach (var symbol in (string[])["MES", "MNQ", "MGC"])
            await ExecuteAsync($$"""
                insert into connectors.instruments (account_id, broker_symbol, tenant_id, symbol, data) values ('{{id}}', '{{symbol}}Z6', '{{person.TenantId}}', '{{symbol}}',
                    '{"symbol":"{{symbol}}","broker_symbol":"{{symbol}}Z6","description":"","tick_size":0.25,"tick_value":12.5,"quantity_step":1,"min_quantity":1,
                      "contract_size":50,"quote_currency":"{{currency}}","quantity_unit":"Contracts","asset_class":"future","is_tradable":true}')
                """);
        return id;
    }

    internal async Task TellAsync(Person person, Guid account, params IEnumerable<MadeFill> fills)
    {
        var told = fills.ToList();
        if (told.Count == 0) return;
        await SendAsync(account, told.Where(fill => fill.Stop is not null));
        await using var command = Platform.Database.System.CreateCommand(
            "select * from trading.add_fills($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
        command.Parameters.AddWithValue(person.TenantId);
        command.Parameters.AddWithValue(account);
        Add(NpgsqlDbType.Text, fill => fill.Id);
        Add(NpgsqlDbType.Text, fill => "O" + fill.Id);
        Add(NpgsqlDbType.Text, fill => fill.Position);
        Add(NpgsqlDbType.Text, fill => fill.Symbol);
        Add(NpgsqlDbType.Boolean, _ => true);
        Add(NpgsqlDbType.Text, fill => fill.IsBuy ? "BUY" : "SELL");
        Add(NpgsqlDbType.Numeric, fill => fill.Qty);
        Add(NpgsqlDbType.Numeric, fill => fill.Price);
        Add(NpgsqlDbType.Numeric, fill => fill.Fees);
        Add(NpgsqlDbType.Numeric, fill => fill.Pnl);
        Add(NpgsqlDbType.TimestampTz, fill => fill.At);
        await command.ExecuteNonQueryAsync();

        void Add<T>(NpgsqlDbType type, Func<MadeFill, T> value) =>
            command.Parameters.Add(NpgsqlDbType.Array | type, told.Select(value).ToArray());
    }

    // Where an entry was sent with a stop, its order is known. That it was sent against a book of the symbol says that positions are
    // netted.
    private async Task SendAsync(Guid account, IEnumerable<MadeFill> fills)
    {
        await using var command = Platform.Database.System.CreateCommand("""
            insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, side, type, stop_loss, status,
                                        broker_order_id, position_qty, valid_until, created_at)
            select gen_random_uuid(), a.tenant_id, a.id, a.broker, (select count(*) from trading.orders where account_id = a.id) + place, order_id, 'open', '{}',
                   symbol, side, 'MARKET', stop, 'FILLED', order_id, case a.broker when 'topstep' then 0 end, now(), now()
            from accounts.accounts a, unnest($2, $3, $4, $5) with ordinality as sent (order_id, symbol, side, stop, place)
            where a.id = $1 on conflict (account_id, client_order_id) do nothing
            """);
        var sent = fills.ToList();
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(sent.Select(fill => "O" + fill.Id).ToArray());
        command.Parameters.AddWithValue(sent.Select(fill => fill.Symbol).ToArray());
        command.Parameters.AddWithValue(sent.Select(fill => fill.IsBuy ? "BUY" : "SELL").ToArray());
        command.Parameters.AddWithValue(sent.Select(fill => fill.Stop ?? 0).ToArray());
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>As the Worker does, with only what has changed.</summary>
    internal async Task FollowAsync(params IEnumerable<Guid> accounts)
    {
        var behind = await Trips.BehindAsync(CancellationToken.None);
        await Trips.FollowAsync([.. accounts.Where(behind.Contains)], CancellationToken.None);
    }

    internal static async Task<string> CsvAsync(Person person, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/analytics/export.csv" + query);
        request.Headers.Authorization = new("Bearer", person.AccessToken);
        using var answer = await person.Http.SendAsync(request);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        return await answer.Content.ReadAsStringAsync();
    }

    internal static decimal Number(string cell) => decimal.Parse(cell, NumberStyles.Number, CultureInfo.InvariantCulture);
}
