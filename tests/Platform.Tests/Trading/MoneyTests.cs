using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// What accounts are worth is told at once and written behind: once a second, of all of them in one commit, waiting for nobody.
/// </summary>
public sealed class MoneyTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task It_is_told_before_it_is_written_and_the_newest_is_written_once_a_second()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var accounts = New(rig);
        var account = await KnownAsync(rig, accounts);
        var told = await ListenAsync(rig, account);
        var row = await RowAsync(rig, account);

        for (var equity = 1; equity <= 20; equity++) Tell(accounts, account, equity).ShouldBeTrue();

        await Eventually.True(() => told.Count == 20, Soon, "each is told");
        told.Select(one => one.Kind).Distinct().ShouldBe([LiveKind.Tick]);
        (await RowAsync(rig, account)).ShouldBe(row, "and not written yet");

        using var keeper = new AccountMoneyKeeper(accounts, rig.Get<RedisBus>(), clock, rig.Get<Supervisor>());
        await keeper.StartAsync(default);
        await Eventually.True(async () => await EquityAsync(rig, account) == 20, Soon, "the newest is written");
        row = await RowAsync(rig, account);
        Tell(accounts, account, 21).ShouldBeTrue();
        for (var look = 0; look < 20; look++) (await RowAsync(rig, account)).ShouldBe(row, "the second is not over");
        await Eventually.True(async () =>
        {
            // The keeper may not wait yet when it is written.
            clock.Advance(AccountMoneyKeeper.Between);
            return await EquityAsync(rig, account) == 21;
        }, Soon, "a second later the next");
        await keeper.StopAsync(default);
        told.Count.ShouldBe(21, "what was told is not told again");
    }

    [Fact]
    public async Task A_row_that_is_held_is_left_to_the_next_time_and_no_other_waits_for_it()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var accounts = New(rig);
        var (held, free) = (await KnownAsync(rig, accounts), await KnownAsync(rig, accounts));
        await using var connection = await rig.Database.System.OpenConnectionAsync();
        await using (var holding = await connection.BeginTransactionAsync())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select from accounts.accounts where id = '{held.Id}' for update";
            await command.ExecuteNonQueryAsync();
            Tell(accounts, held, 5);
            Tell(accounts, free, 6);

            await accounts.KeepMoneyAsync(default).WaitAsync(Soon);

            (await EquityAsync(rig, free)).ShouldBe(6);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        // What was heard since is no reason to write the money no more.
        Tell(accounts, held, 5).ShouldBeTrue();
        await accounts.KeepHeardAsync(now: true, default);
        (await EquityAsync(rig, held)).ShouldBe(5);
    }

    [Fact]
    public async Task What_is_written_late_does_not_overwrite_what_another_process_has_written_since()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var (accounts, others) = (New(rig), New(rig));
        var account = await KnownAsync(rig, accounts);
        Tell(accounts, account, 1);
        clock.Advance(TimeSpan.FromMilliseconds(500));
        await others.SetStateAsync(account.Id, AccountStatuses.Active, null, 2, 2, null, default);

        for (var time = 0; time < 10; time++) await accounts.KeepMoneyAsync(default);

        (await EquityAsync(rig, account)).ShouldBe(2);
        // It is not known any more what the row has, so the next is read.
        Tell(accounts, account, 1).ShouldBeFalse();
    }

    [Fact]
    public async Task A_change_of_state_takes_the_money_along_that_was_told_and_not_written()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var accounts = New(rig);
        var account = await KnownAsync(rig, accounts);
        Tell(accounts, account, 7);

        await accounts.SetStateAsync(account.Id, AccountStatuses.Error, "The broker cannot be reached.", null, null, null, default);

        (await EquityAsync(rig, account)).ShouldBe(7);
        Tell(accounts, account, 8).ShouldBeFalse("its status is another one");
    }

    [Fact]
    public async Task What_was_changed_elsewhere_and_not_heard_of_is_put_right_within_a_second()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var accounts = New(rig);
        var account = await KnownAsync(rig, accounts);
        var told = await ListenAsync(rig, account);
        await rig.SqlAsync($"update accounts.accounts set enabled = false where id = '{account.Id}'");
        Tell(accounts, account, 1).ShouldBeTrue();

        clock.Advance(TimeSpan.FromSeconds(1));
        Tell(accounts, account, 2);
        await accounts.KeepMoneyAsync(default);

        await Eventually.True(() => told.Count == 3, Soon, "it is told once more");
        var last = told.Last();
        last.Kind.ShouldBe(LiveKind.Other);
        var state = JsonDocument.Parse(last.Json).RootElement.GetProperty("account");
        (state.GetProperty("enabled").GetBoolean(), state.GetProperty("equity").GetDecimal()).ShouldBe((false, 2));
        accounts.Forget(account.Id.ToString());
        Tell(accounts, account, 3).ShouldBeFalse("after the message of a change the row is read");
    }

    private WorkerAccounts New(TradingRig rig) =>
        new(rig.Database, rig.Get<SecretBox>(), rig.Get<RedisBus>(), rig.Get<LiveEvents>(), clock);

    private static async Task<TestAccount> KnownAsync(TradingRig rig, WorkerAccounts accounts)
    {
        var account = await rig.AccountAsync();
        await accounts.SetStateAsync(account.Id, AccountStatuses.Active, null, 0, 0, "USD", default);
        return account;
    }

    private static bool Tell(WorkerAccounts accounts, TestAccount account, decimal equity) =>
        accounts.TellMoney(account.Id, AccountStatuses.Active, null, 0, equity, "USD");

    private static async Task<ConcurrentQueue<LiveMessage>> ListenAsync(TradingRig rig, TestAccount account)
    {
        ConcurrentQueue<LiveMessage> told = new();
        // As long as the rig.
        // ours are written so
        _ = rig.Get<RedisBus>().Subscribe(Topics.Live(account.Tenant), message => told.Enqueue(LiveMessage.Read(message)!));
        (await rig.Get<RedisBus>().ListensAsync(default)).ShouldBeTrue();
        // What was told before may still be on its way.
        rig.Get<LiveEvents>().Publish(account.Tenant, null, "{}");
        await Eventually.True(() => told.Any(message => message.About is null), Soon, "it listens");
        told.Clear();
        return told;
    }

    private static Task<decimal> EquityAsync(TradingRig rig, TestAccount account) =>
        rig.ScalarAsync<decimal>(
            string.Create(CultureInfo.InvariantCulture, $"select equity from accounts.accounts where id = '{account.Id}'"));

    private static Task<string> RowAsync(TradingRig rig, TestAccount account) =>
        rig.ScalarAsync<string>($"select xmin::text from accounts.accounts where id = '{account.Id}'");
}
