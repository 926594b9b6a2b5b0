using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans;
using StackExchange.Redis;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>
/// The real Api, with a desk in place of the Worker: it settles recorded orders by SQL and tells those who call, as the test wants.
/// </summary>
public class WebhookRig : ApiFixture, IAsyncLifetime
{
    private ConnectionMultiplexer redis = null!; // set in InitializeAsync, before any test
    private RedisBus bus = null!; // likewise
    private readonly ConcurrentDictionary<Guid, string> deskOf = new();
    private readonly OrderNews news = new();

    protected override Dictionary<string, string?> More =>
        new() { ["RateLimits:Webhook:PerSecond"] = "100000", ["RateLimits:Webhook:Burst"] = "100000" };

    /// <summary>What the Api's settings need.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    ValueTask IAsyncLifetime.InitializeAsync() => SetUpAsync();

    ValueTask IAsyncDisposable.DisposeAsync() => TearDownAsync();

    protected async ValueTask SetUpAsync()
    {
        await PrepareAsync();
        await InitializeAsync();
        redis = await ConnectionMultiplexer.ConnectAsync(Platform.Servers.RedisAddress);
        bus = new RedisBus(NullLogger<RedisBus>.Instance, redis);
        await Eventually.True(() => bus.IsConnected && Service<RedisBus>().IsConnected, TimeSpan.FromSeconds(5), "Redis answers");
    }

    protected async ValueTask TearDownAsync()
    {
        await redis.DisposeAsync();
        await DisposeAsync();
        await CleanUpAsync();
    }

    public RedisBus Bus => bus;

    /// <summary>
    /// An account with EURUSD (steps of 0.01 lots) and its key. The desk fills unless <paramref name="desk"/> is another SQL assignment, or
    /// empty: silent.
    /// </summary>
    internal async Task<Trader> NewTraderAsync(
        string desk = "status = 'FILLED', filled_qty = coalesce(qty, 0), avg_price = 1.09, broker_order_id = 'B1', sent_at = clock_timestamp(), answered_at = clock_timestamp()",
        Person? person = null)
    {
        person ??= await Person.SignUpAsync(this);
        var account = new AccountId(Guid.CreateVersion7());
        var key = ApiKeys.Make("paper", account, KeyScope.Api);
        deskOf[account.Value] = desk;
        await using var connection = await Platform.Database.System.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("""
            with a as (insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
                       values ($1, $2, $3, 'paper', 'Paper', 'demo', $4, 'USD', 'active')),
                 k as (insert into accounts.api_keys (id, tenant_id, account_id, key_hash, key_sealed, masked) values (gen_random_uuid(), $2, $1, $5, $6, 'x'))
            insert into connectors.instruments (account_id, broker_symbol, tenant_id, symbol, data) values ($1, 'EURUSD', $2, 'EURUSD', $7::jsonb)
            """, connection);
        var keys = Service<ApiKeys>();
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(person.TenantId);
        command.Parameters.AddWithValue(person.UserId);
        command.Parameters.AddWithValue(account.ToString());
        command.Parameters.AddWithValue(keys.Hash(key, KeyScope.Api));
        command.Parameters.AddWithValue(keys.Seal(key, new TenantId(person.TenantId), account, KeyScope.Api));
        command.Parameters.AddWithValue("""
            {"symbol":"EURUSD","broker_symbol":"EURUSD","tick_size":0.00001,"quantity_step":0.01,"min_quantity":0.01,"max_quantity":100,"contract_size":100000,"quote_currency":"USD","quantity_unit":"Lots","asset_class":"forex"}
            """);
        await command.ExecuteNonQueryAsync();
        return new Trader(this, person, account, key);
    }

    internal void SetDesk(Trader trader, string desk) => deskOf[trader.Account.Value] = desk;

    protected override IGrainFactory? Grains => FakeGrains.Of((grain, account) =>
        grain == typeof(ILane) ? new Lane(this, (Guid)account) : Desk.Of(question => AskAsync(question)));

    /// <summary>What was asked about accounts. Nobody answers, unless the test does.</summary>
    internal ConcurrentDictionary<Guid, TaskCompletionSource<BrokerAnswer?>> Questions { get; } = new();

    private Task<BrokerAnswer?> AskAsync(BrokerQuestion question) =>
        Questions.GetOrAdd(question.Account ?? Guid.Empty, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private sealed class Lane(WebhookRig rig, Guid account) : ILane
    {
        public Task EnsureAsync() => throw new TimeoutException("Nobody runs lanes here.");

        public Task MoveAsync(string worker) => throw new NotSupportedException();

        public Task RingAsync() => rig.SettleAsync(account);

        public async Task<OrderTold?> SubmittedAsync(SubmittedOrder submitted)
        {
            await rig.SettleAsync(account);
            return await rig.news.WaitAsync(submitted.Order, submitted.AtMost, CancellationToken.None) is { } json
                ? new OrderTold(json) : null;
        }
    }

    private async Task SettleAsync(Guid account)
    {
        if (!deskOf.TryGetValue(account, out var desk) || desk.Length == 0) return;
        await using var command = Platform.Database.System.CreateCommand($"""
            update trading.orders set {desk} where account_id = $1 and status = 'PENDING'
            returning id, webhook_id, symbol, status, qty, filled_qty, avg_price, reject_code, reject_reason, broker_order_id, sent_at, answered_at, created_at, client_order_id, action, type
            """);
        command.Parameters.AddWithValue(account);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var view = new OrderView
            {
                Id = row.GetGuid(0), WebhookId = row.IsDBNull(1) ? null : row.GetGuid(1), AccountId = account, Broker = "paper",
                Symbol = row.GetString(2), Status = row.GetString(3), Qty = row.IsDBNull(4) ? null : row.GetDecimal(4),
                FilledQty = row.GetDecimal(5), AvgPrice = row.IsDBNull(6) ? null : row.GetDecimal(6),
                RejectCode = row.IsDBNull(7) ? null : row.GetString(7), RejectReason = row.IsDBNull(8) ? null : row.GetString(8),
                BrokerOrderId = row.IsDBNull(9) ? null : row.GetString(9),
                SentAt = row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
                AnsweredAt = row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11),
                CreatedAt = row.GetFieldValue<DateTimeOffset>(12), ClientOrderId = row.GetString(13), Action = row.GetString(14),
                Type = row.GetString(15),
            };
            news.Tell(view, JsonSerializer.Serialize(view, TradingJson.Default.OrderView));
        }
    }
}

/// <summary>Somebody with an account, who sends alerts as TradingView does.</summary>
internal sealed class Trader(WebhookRig rig, Person person, AccountId account, string key)
{
    public const string Buy = """{"intent":{"side":"buy","symbol":"EURUSD","qty":1}}""";

    public Person Person => person;
    public AccountId Account => account;
    public string Key { get; set; } = key;

    public Task<Answer> AlertAsync(string body, string broker = "paper") => SendAsync($"/webhook/{broker}/{Key}", body);

    public Task<Answer> SendAsync(
        string path, string body, string? bearer = null, HttpClient? http = null, string? contentType = "text/plain") =>
        SendAsync(path, Encoding.UTF8.GetBytes(body), bearer, http, contentType);

    public async Task<Answer> SendAsync(
        string path, byte[] body, string? bearer = null, HttpClient? http = null, string? contentType = "text/plain")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        var client = http ?? rig.NewClient();
        var message = await client.SendAsync(request);
        var text = await message.Content.ReadAsStringAsync();
        return new Answer(message.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default, message);
    }

    public Task<long> CountAsync(string table) => rig.ScalarAsync<long>($"select count(*) from {table} where account_id = '{account}'");

    /// <summary>One value of the newest row of the log, once the row is complete.</summary>
    public async Task<string> LoggedAsync(string expression, long rows = 1)
    {
        await Eventually.True(async () => await rig.ScalarAsync<long>(
            $"select count(*) from alerts.webhooks_log where account_id = '{account}' and status is not null") >= rows,
            TimeSpan.FromSeconds(5), $"{rows} rows in the log");
        return await rig.ScalarAsync<string>(
            $"select ({expression})::text from alerts.webhooks_log where account_id = '{account}' order by received_at desc, id desc limit 1")
            ?? "";
    }
}
