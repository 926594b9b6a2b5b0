using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Failures;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Tests.Trading.Rig;

/// <summary>
/// A worker of the Trading module over real PostgreSQL and Redis, with a scripted broker. Start a second one for two workers on one queue.
/// </summary>
internal sealed class TradingRig : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly RigWorkers workers;
    private readonly LaneHost host;

    private TradingRig(PlatformFixture platform, ScriptedBroker broker, IReadOnlyDictionary<string, string?> settings)
    {
        Broker = broker;
        var registered = new ServiceCollection();
        registered.AddLogging();
        var configuration = platform.ConfigurationWith(settings.ToDictionary());
        registered.AddSingleton(configuration);
        if (configuration.GetConnectionString("redis") is { Length: > 0 } redis)
        {
            var options = ConfigurationOptions.Parse(redis);
            RedisBus.Configure(options);
            registered.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));
        }
        registered.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = "Development" });
        registered.AddSingleton(TimeProvider.System);
        registered.AddSingleton<Database>();
        platform.Lend(registered, settings.Keys);
        registered.AddKeys();
        registered.AddSingleton<RedisBus>();
        registered.AddSingleton<Supervisor>();
        registered.AddSingleton<WorkerAccounts>();
        registered.AddSingleton<AccountMoneyKeeper>();
        registered.AddSingleton<IBrokerSessions>(broker);
        registered.AddSingleton<IInstruments>(broker);
        registered.AddSingleton<LiveEvents>();
        registered.AddSingleton<Notifications>();
        registered.AddSingleton<RuleList>();
        registered.AddSingleton<PricedGate>();
        registered.AddTrading();
        workers = new RigWorkers(platform);
        registered.AddSingleton<IWorkers>(workers);
        registered.AddSingleton<ILanePlaces>(workers);
        registered.AddSingleton(_ => new WorkerCalls(() => RigWorkers.GrainsOf(platform), NullLogger<WorkerCalls>.Instance));
        registered.AddSingleton<LaneCalls>();
        registered.AddSingleton<OrderAnswers>();
        registered.AddSingleton<TradingReads>();
        services = registered.BuildServiceProvider();
        host = services.GetRequiredService<LaneHost>();
        workers.Host = host;
    }

    public ScriptedBroker Broker { get; }
    public Database Database => services.GetRequiredService<Database>();
    public OrderStore Orders => services.GetRequiredService<OrderStore>();
    public OrderAnswers Answers => services.GetRequiredService<OrderAnswers>();
    public TradingReads Reads => services.GetRequiredService<TradingReads>();
    public LaneHost Host => host;

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public static async Task<TradingRig> StartAsync(
        PlatformFixture platform, ScriptedBroker? broker = null, bool run = true, Dictionary<string, string?>? settings = null,
        bool awaitRedis = true)
    {
        var rig = new TradingRig(platform, broker ?? new ScriptedBroker(), settings ?? []);
        if (awaitRedis)
            await Eventually.True(() => rig.services.GetRequiredService<RedisBus>().IsConnected, TimeSpan.FromSeconds(10), "Redis answers");
        if (run) await rig.RunAsync();
        return rig;
    }

    public async Task RunAsync()
    {
        await Get<PositionPrices>().StartAsync(CancellationToken.None);
        await Get<AccountMoneyKeeper>().StartAsync(CancellationToken.None);
        workers.Begin();
        await Get<LaneKeeper>().StartAsync(CancellationToken.None);
        await Get<FailureNotices>().StartAsync(CancellationToken.None);
    }

    /// <summary>Waits until this worker holds the lane.</summary>
    public Task HoldsAsync(TestAccount account) =>
        Eventually.True(() => host.Holds(account.Id.Value), TimeSpan.FromSeconds(20), "the lane is held");

    /// <summary>
    /// Begins the next epoch of the lane for a worker of the test's, of which nothing is under way any more unless it has a name.
    /// </summary>
    public Task<long> EpochAsync(TestAccount account, string? holder = null) =>
        ScalarAsync<long>(
            $"select begun from trading.begin_epoch('{account.Id}', '{account.Tenant}', {(holder is null ? "null" : $"'{holder}'")})");

    /// <summary>From now on this worker is as one that was stopped by the system: it is taken for dead, and knows nothing of it.</summary>
    public async Task FreezeAsync()
    {
        workers.Leave();
        await Get<LaneKeeper>().StopAsync(CancellationToken.None);
    }

    public async Task<TestAccount> AccountAsync(Action<ScriptedAccount>? script = null, decimal multiplier = 1, Guid? tenant = null)
    {
        var account = new TestAccount(new AccountId(Guid.CreateVersion7()), new TenantId(tenant ?? Guid.CreateVersion7()));
        script?.Invoke(Broker.Of(account.Id));
        await SqlAsync($"""
            insert into tenancy.tenants (id, slug, name) values ('{account.Tenant}', '{account.Tenant}', 'Test') on conflict do nothing;
            select billing.start_trial('{account.Tenant}');
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, multiplier, equity)
            values ('{account.Id}', '{account.Tenant}', '{Guid.NewGuid()}', 'scripted', 'Test', 'demo', '{account.Id}', 'USD', 'active', {multiplier}, 10000);
            """);
        services.GetRequiredService<RedisBus>().Publish(Topics.AccountChanged, account.Id.ToString());
        return account;
    }

    /// <summary>Records a signal as the ingest does, and wakes the lane.</summary>
    public async Task<OrderId> SendAsync(
        TestAccount account, TradeIntent intent, TimeSpan? validFor = null, long stopEpoch = 0, bool wake = true, OrderId? named = null)
    {
        var id = named ?? new OrderId(Guid.CreateVersion7());
        var now = DateTimeOffset.UtcNow;
        await using (var command = Database.System.CreateCommand(
            "select trading.enqueue_order($1, $2, $3, 'scripted', null, null, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"))
        {
            command.Parameters.AddWithValue(id.Value);
            command.Parameters.AddWithValue(account.Tenant.Value);
            command.Parameters.AddWithValue(account.Id.Value);
            command.Parameters.AddId(intent.PositionId);
            command.Parameters.AddWithValue(ClientOrderId.For(id));
            command.Parameters.AddWithValue(intent.Command);
            command.Parameters.AddJson(intent.ToJson());
            command.Parameters.AddWithValue(intent.Symbol);
            command.Parameters.AddText(intent.Side?.ToString().ToUpperInvariant());
            command.Parameters.AddWithValue(intent.Type.ToString().ToUpperInvariant());
            command.Parameters.AddNumber(intent.Qty);
            command.Parameters.AddNumber(intent.Price);
            command.Parameters.AddWithValue(stopEpoch);
            command.Parameters.AddWithValue(now);
            command.Parameters.AddWithValue(now + (validFor ?? TimeSpan.FromSeconds(30)));
            await command.ExecuteNonQueryAsync();
        }
        if (wake) Get<LaneCalls>().Ring(account.Id);
        return id;
    }

    public async Task<OrderView> AnswerAsync(OrderId order, int seconds = 10) =>
        await Answers.WaitAsync(new AccountId((await RowAsync(order)).AccountId), order, TimeSpan.FromSeconds(seconds),
            CancellationToken.None) ?? throw new TimeoutException($"Order {order} has no answer: {(await RowAsync(order)).Status}");

    public async Task<OrderView> RunAsync(TestAccount account, TradeIntent intent) => await AnswerAsync(await SendAsync(account, intent));

    public async Task<OrderRow> RowAsync(OrderId order) =>
        await Orders.FindAsync(order.Value, CancellationToken.None) ?? throw new InvalidOperationException("no such order");

    public Task StatusAsync(OrderId order, string status, int seconds = 15) =>
        Eventually.True(async () => (await RowAsync(order)).Status == status, TimeSpan.FromSeconds(seconds), $"order {order} is {status}");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.System.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task SqlAsync(string sql)
    {
        await using var command = Database.System.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public Task<long> TradesAsync(TestAccount account) =>
        ScalarAsync<long>($"select trades_count from billing.usage_counters where tenant_id = '{account.Tenant}'");

    public async ValueTask DisposeAsync()
    {
        await Get<FailureNotices>().StopAsync(CancellationToken.None);
        await workers.EndAsync();
        await Get<LaneKeeper>().StopAsync(CancellationToken.None);
        await Get<PositionPrices>().StopAsync(CancellationToken.None);
        await Get<AccountMoneyKeeper>().StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }
}

internal sealed record TestAccount(AccountId Id, TenantId Tenant);

internal static class Intents
{
    public static TradeIntent Open(decimal qty = 1, TradeSide side = TradeSide.Buy, string symbol = "EURUSD") =>
        new() { Action = TradeAction.Open, Side = side, Symbol = symbol, Qty = qty };

    public static TradeIntent Close(decimal? qty = null, TradeSide? side = null, string symbol = "EURUSD") =>
        new() { Action = TradeAction.Close, Side = side, Symbol = symbol, Qty = qty };

    public static TradeIntent Reverse(TradeSide side, decimal? qty = null, string symbol = "EURUSD") =>
        new() { Action = TradeAction.Reverse, Side = side, Symbol = symbol, Qty = qty };

    /// <param name="now">Where the strategy is, short below zero; <paramref name="before"/> is where it was.</param>
    public static TradeIntent Target(decimal now, decimal? before = null, DateTimeOffset? time = null, string symbol = "EURUSD") => new()
    {
        Action = TradeAction.Target,
        Side = now switch { > 0 => TradeSide.Buy, < 0 => TradeSide.Sell, _ => null },
        Symbol = symbol,
        Target = new TargetRule
        {
            Position = Of(now), Size = Math.Abs(now), Previous = before is { } was ? Of(was) : null,
            PreviousSize = before is { } size ? Math.Abs(size) : null, Time = time,
        },
    };

    private static HeldSide Of(decimal position) => position switch { > 0 => HeldSide.Long, < 0 => HeldSide.Short, _ => HeldSide.Flat };

    public static readonly TradeIntent Flatten = new() { Action = TradeAction.Flatten, Symbol = "" };

    public static TradeIntent Cancel(string symbol = "EURUSD") => new() { Action = TradeAction.Cancel, Symbol = symbol };
}
