using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>A sent order whose outcome cannot be written: it is never taken for unsent, and the lane goes on.</summary>
public sealed class SettleTests(SettleTests.Faults faults) : IClassFixture<SettleTests.Faults>
{
    [Theory]
    [InlineData("no_row", "EURUSD")]
    [InlineData("22003", "GBPUSD")]
    public async Task A_sent_order_that_cannot_be_settled_at_all_is_not_sent_again_and_holds_up_nothing(string kind, string symbol)
    {
        await using var rig = await TradingRig.StartAsync(faults.Platform);
        var account = await AccountAsync(rig);
        await faults.ArmAsync(symbol, kind);

        // Valid for longer than the 30 s after which a row in SENDING is looked at: one that were put back would be sent again.
        var entry = await rig.SendAsync(account, Intents.Open(symbol: symbol), validFor: TimeSpan.FromMinutes(5));
        await Eventually.True(() => !rig.Broker.Of(account.Id).Ledger.IsEmpty, TimeSpan.FromSeconds(10), "it is sent");
        await GoesOnAsync(rig, account);
        var tried = await faults.TriedAsync();
        await GetsOldAsync(rig, entry);
        await Eventually.True(async () => await faults.TriedAsync() > tried, TimeSpan.FromSeconds(20), "the leftover is settled again");
        (await rig.RowAsync(entry)).Status.ShouldBe("SENDING");
        await faults.ClearAsync();
        await GetsOldAsync(rig, entry);

        await rig.StatusAsync(entry, "FILLED", 40);
        rig.Broker.Of(account.Id).Placed.Count(order => order.ClientOrderId == ClientOrderId.For(entry)).ShouldBe(1);
        (await rig.ScalarAsync<string[]>($"select array_agg(kind order by id) from trading.order_events where order_id = '{entry}'"))
            .ShouldNotContain("released");
    }

    [Fact]
    public async Task An_outcome_that_postgresql_refuses_for_good_is_unknown_in_words_of_ours_with_the_brokers_id()
    {
        await using var rig = await TradingRig.StartAsync(faults.Platform);
        var account = await AccountAsync(rig);
        rig.Broker.Of(account.Id).HidesOrders = true;
        rig.Broker.Of(account.Id).ConclusiveAbsence = false;
        await faults.ArmAsync("GBPUSD", "22023");

        var entry = await rig.SendAsync(account, Intents.Open(symbol: "GBPUSD"));

        await rig.StatusAsync(entry, "UNKNOWN");
        (await rig.RowAsync(entry)).BrokerOrderId.ShouldNotBeNullOrEmpty();
        var detail = $"select detail ->> 'text' from trading.order_events where order_id = '{entry}' and kind = 'unknown'";
        (await rig.ScalarAsync<string>(detail)).ShouldBe("The broker's answer (FILLED) could not be stored.");
        await GoesOnAsync(rig, account);
        await faults.ClearAsync();
        rig.Broker.Of(account.Id).HidesOrders = false;
        await rig.StatusAsync(entry, "FILLED", 40);
        rig.Broker.Of(account.Id).Placed.Count(order => order.ClientOrderId == ClientOrderId.For(entry)).ShouldBe(1);
    }

    [Fact]
    public async Task A_database_that_is_away_at_the_moment_of_settling_costs_time_only()
    {
        await using var rig = await TradingRig.StartAsync(faults.Platform);
        var account = await AccountAsync(rig);
        await faults.ArmAsync("EURUSD", "57P03");

        var entry = await rig.SendAsync(account, Intents.Open());
        await Eventually.True(() => !rig.Broker.Of(account.Id).Ledger.IsEmpty, TimeSpan.FromSeconds(10), "it is sent");
        (await rig.RowAsync(entry)).Status.ShouldBe("SENDING");
        await faults.ClearAsync();

        await rig.StatusAsync(entry, "FILLED");
        rig.Broker.Of(account.Id).Ledger.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_claim_that_postgresql_refuses_for_good_ends_the_order_and_nothing_is_sent()
    {
        await using var rig = await TradingRig.StartAsync(faults.Platform);
        var account = await AccountAsync(rig);
        rig.Broker.Of(account.Id).BendInstrument = instrument => instrument with { BrokerSymbol = "EUR\u0000USD" };

        var answer = await rig.AnswerAsync(await rig.SendAsync(account, Intents.Open()), 20);

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.Failed));
        rig.Broker.Of(account.Id).Placed.ShouldBeEmpty();
        rig.Broker.Of(account.Id).BendInstrument = null;
        await GoesOnAsync(rig, account);
    }

    // As the poll finds it half a minute later.
    private static Task GetsOldAsync(TradingRig rig, OrderId order) =>
        rig.SqlAsync($"update trading.orders set sent_at = sent_at - interval '31 seconds' where id = '{order}' and status = 'SENDING'");

    private static async Task<TestAccount> AccountAsync(TradingRig rig)
    {
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        return account;
    }

    private static async Task GoesOnAsync(TradingRig rig, TestAccount account)
    {
        (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Open(symbol: "USDJPY")), 40)).Status.ShouldBe("FILLED");
        (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close(symbol: "USDJPY")), 40)).Status.ShouldBe("FILLED");
    }

    /// <summary>
    /// A database in which the settling of orders in some symbol fails: with an error of PostgreSQL, or so that the driver finds no row,
    /// which is an <see cref="InvalidOperationException"/> as a broken connection gives it.
    /// </summary>
    public sealed class Faults : IAsyncLifetime
    {
        public PlatformFixture Platform { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Platform.InitializeAsync();
            await ExecuteAsync($$"""
                create schema test;
                create table test.faults (symbol text, kind text not null);
                create sequence test.tried;
                grant usage on schema test to {{Database.SystemRole}};
                grant all on test.faults, test.tried to {{Database.SystemRole}};
                alter function trading.settle_order rename to settle_order_really;
                create policy hidden on trading.orders as restrictive for select to {{Database.SystemRole}}
                    using (coalesce(current_setting('test.hidden', true), '') <> id::text);
                create function trading.settle_order(
                    p_id uuid, p_status text, p_code text, p_reason text, p_broker_order_id text, p_broker_position text, p_filled numeric,
                    p_avg_price numeric, p_pnl numeric, p_gross_pnl numeric, p_taken boolean, p_event text, p_detail jsonb) returns boolean
                    language plpgsql as $$
                declare
                    fault text;
                begin
                    select f.kind into fault from test.faults f where f.symbol = (select symbol from trading.orders where id = p_id);
                    if fault is not null then perform nextval('test.tried'); end if;
                    if fault = 'no_row' then
                        perform set_config('test.hidden', p_id::text, true);
                        return false;
                    elsif fault is not null and (fault <> '22023' or p_status <> 'UNKNOWN') then
                        raise exception 'refused by the test' using errcode = fault;
                    end if;
                    return trading.settle_order_really(p_id, p_status, p_code, p_reason, p_broker_order_id, p_broker_position, p_filled,
                        p_avg_price,
                        p_pnl, p_gross_pnl, p_taken, p_event, p_detail);
                end $$;
                """);
        }

        /// <param name="kind">A code of PostgreSQL, of which 22023 spares unknown outcomes, or <c>no_row</c>.</param>
        public Task ArmAsync(string symbol, string kind) => ExecuteAsync($"insert into test.faults values ('{symbol}', '{kind}')");

        public Task ClearAsync() => ExecuteAsync("delete from test.faults");

        public async Task<long> TriedAsync()
        {
            await using var command = Platform.Database.System.CreateCommand("select last_value from test.tried");
            return (long)(await command.ExecuteScalarAsync())!; // a sequence always has one
        }

        public ValueTask DisposeAsync() => Platform.DisposeAsync();

        private Task ExecuteAsync(string sql) => PlatformFixture.ExecuteAsync(Platform.OwnerConnection, sql);
    }
}
