using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>Prices of positions are told at once and written behind: once a second, in one commit, waiting for nobody.</summary>
public sealed class PriceTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_newest_price_of_each_is_written_once_a_second_and_a_row_that_is_held_is_left_to_the_next_time()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var clock = new FakeTimeProvider();
        using var prices = new PositionPrices(rig.Database, clock, rig.Get<Supervisor>());
        var account = await rig.AccountAsync();
        var (held, free) = (await PositionAsync(rig, account, "A"), await PositionAsync(rig, account, "B"));
        await using var connection = await rig.Database.System.OpenConnectionAsync();
        await using var settling = await connection.BeginTransactionAsync();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"select from trading.positions where id = '{held.Id}' for update";
            await command.ExecuteNonQueryAsync();
        }

        for (var tick = 1; tick <= 20; tick++)
            foreach (var position in (BookedPosition[])[held, free])
                prices.Note(position with { CurrentPrice = 1.09m + tick / 1000m, Pnl = tick }, System.Diagnostics.Stopwatch.GetTimestamp());
        await prices.StartAsync(default);

        await Eventually.True(async () => await PnlAsync(rig, free) == 20, Soon, "the free one is written");
        (await PnlAsync(rig, held)).ShouldBe(0);
        var version = await VersionAsync(rig, free);
        prices.Note(free with { CurrentPrice = 1.2m, Pnl = 21 }, System.Diagnostics.Stopwatch.GetTimestamp());
        (await VersionAsync(rig, free)).ShouldBe(version);
        await settling.CommitAsync();

        await Eventually.True(async () =>
        {
            // The writer may not wait yet when a row is seen to be written.
            clock.Advance(PositionPrices.Between);
            return await PnlAsync(rig, held) == 20 && await PnlAsync(rig, free) == 21;
        }, Soon, "both are written");
        await prices.StopAsync(default);
    }

    [Fact]
    public async Task What_is_written_of_a_position_in_another_way_waits_for_the_price_that_is_being_written()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        using var prices = new PositionPrices(rig.Database, new FakeTimeProvider(), rig.Get<Supervisor>());
        var account = await rig.AccountAsync();
        var position = await PositionAsync(rig, account, "A");
        await using var connection = await rig.Database.System.OpenConnectionAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "lock table trading.positions in exclusive mode";
            await command.ExecuteNonQueryAsync();
        }
        prices.Note(position with { CurrentPrice = 1.1m, Pnl = 1 }, System.Diagnostics.Stopwatch.GetTimestamp());
        await prices.StartAsync(default);
        await Eventually.True(async () =>
            await rig.ScalarAsync<long>("select count(*) from pg_locks where relation = 'trading.positions'::regclass and not granted") > 0,
            Soon, "it is being written");

        var forgetting = prices.ForgetAsync([position], default);

        forgetting.IsCompleted.ShouldBeFalse();
        await holding.CommitAsync();
        await forgetting.WaitAsync(Soon);
        (await PnlAsync(rig, position)).ShouldBe(1);
        await prices.StopAsync(default);
    }

    [Fact]
    public async Task A_tick_reaches_the_sockets_while_its_row_cannot_be_written_and_is_what_a_close_goes_by()
    {
        var feed = Channel.CreateUnbounded<AccountUpdate>();
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with { Capabilities = broker.Manifest.Capabilities with { Stream = "push" } };
        await using var rig = await TradingRig.StartAsync(platform, broker);
        var told = new ConcurrentQueue<string>();
        var account = await rig.AccountAsync(script => script.Feed = feed);
        using var listening = rig.Get<RedisBus>().Subscribe(Topics.Live(account.Tenant), told.Enqueue);
        await rig.HoldsAsync(account);
        var id = broker.Of(account.Id).OpenByHand("EURUSD", Side.Buy, 1, 1.08m);
        Push(1.08m, 0);
        await Eventually.True(() => told.Any(one => one.Contains("\"opened\"", StringComparison.Ordinal)), Soon, "it is shown");

        await using var connection = await rig.Database.System.OpenConnectionAsync();
        await using (var holding = await connection.BeginTransactionAsync())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select from trading.positions where account_id = '{account.Id}' for update";
            await command.ExecuteNonQueryAsync();
            var before = await CurrentAsync();
            Push(1.0912m, 112);
            await Eventually.True(() => told.Any(one => one.Contains("1.0912", StringComparison.Ordinal)), Soon, "the tick is told");
            (await CurrentAsync()).ShouldBe(before);
        }

        Push(1.0934m, 134);
        broker.Of(account.Id).CloseByHand(id);
        Push(1.0934m, 134, closed: true);
        await Eventually.True(async () => await rig.ScalarAsync<string>(
            $"select status from trading.positions where account_id = '{account.Id}'") == "CLOSED", Soon, "closed");
        (await rig.ScalarAsync<decimal>($"select realized_pnl from trading.positions where account_id = '{account.Id}'")).ShouldBe(134);

        Task<decimal> CurrentAsync() =>
            rig.ScalarAsync<decimal>($"select current_price from trading.positions where account_id = '{account.Id}'");

        void Push(decimal price, decimal pnl, bool closed = false) => feed.Writer.TryWrite(new AccountUpdate.Position(
            new PositionReport
            {
                BrokerPositionId = id, BrokerSymbol = "EURUSD.R", Side = Side.Buy, Quantity = 1, AveragePrice = 1.08m, CurrentPrice = price,
                UnrealizedPnl = pnl, OpenedAt = DateTimeOffset.UtcNow,
            }, closed));
    }

    [Fact]
    public async Task A_price_that_a_fill_kept_out_is_written_after_all_though_the_broker_tells_no_other()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        rig.Broker.Of(account.Id).OpenByHand("EURUSD", Side.Buy, 1, 1.08m);
        await Eventually.True(async () => await IsPricedAsync(), Soon, "it is shown");
        // As the fill leaves it that was committed after the price was heard.
        await rig.SqlAsync($"update trading.positions set current_price = null, pnl = null, followed_at = clock_timestamp() where account_id = '{account.Id}'");

        await rig.RunAsync(account, Intents.Open(symbol: "GBPUSD"));

        await Eventually.True(async () => await IsPricedAsync(), Soon, "its price is written");

        Task<bool> IsPricedAsync() => rig.ScalarAsync<bool>(
            $"select count(current_price) = 1 from trading.positions where account_id = '{account.Id}' and symbol = 'EURUSD'");
    }

    private static async Task<BookedPosition> PositionAsync(TradingRig rig, TestAccount account, string key)
    {
        var position = new BookedPosition
        {
            Id = Guid.CreateVersion7(), Key = key, Symbol = "EURUSD", BrokerSymbol = "EURUSD.R", Side = Side.Buy,
            OpenedAt = DateTimeOffset.UtcNow, Quantity = 1, AveragePrice = 1.08m,
        };
        await rig.SqlAsync($"""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, opened_at, updated_at)
            values ('{position.Id}', '{account.Tenant}', '{account.Id}', 'scripted', '{key}', 'EURUSD', 'EURUSD.R', 'BUY', 1, 1.08, now(), now())
            """);
        return position;
    }

    private static Task<decimal> PnlAsync(TradingRig rig, BookedPosition position) =>
        rig.ScalarAsync<decimal>($"select coalesce(pnl, 0) from trading.positions where id = '{position.Id}'");

    private static Task<string> VersionAsync(TradingRig rig, BookedPosition position) =>
        rig.ScalarAsync<string>($"select xmin::text from trading.positions where id = '{position.Id}'");
}
