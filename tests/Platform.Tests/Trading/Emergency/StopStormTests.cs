using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Emergency;

namespace TradeFlow.Platform.Tests.Trading.Emergency;

/// <summary>
/// The promise of the stop: from its commit on no entry is claimed that was recorded before it, and none at all while the account is off.
/// </summary>
public sealed class StopStormTests(ApiFixture api, ITestOutputHelper output) : IClassFixture<ApiFixture>
{
    private const int Stops = 1000;
    private const int Accounts = 4;
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Surely = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_thousand_stops_against_a_stream_of_signals_let_no_entry_through()
    {
        await using var rig = await StopRig.StartAsync(api);
        var accounts = new TestAccount[Accounts];
        for (var i = 0; i < Accounts; i++) accounts[i] = await rig.HeldAccountAsync();
        await api.ExecuteAsync("create table public.storm (account uuid, epoch bigint, stopped timestamptz, resumed timestamptz); grant all on public.storm to tradeflow_system");

        using var calm = new CancellationTokenSource();
        var streams = accounts.Select(account => StreamAsync(rig, account, calm.Token)).ToArray();
        await Task.WhenAll(accounts.Select(account => StopAgainAndAgainAsync(rig, account)));
        await calm.CancelAsync();
        await Task.WhenAll(streams);

        var sent = await rig.Worker.ScalarAsync<long>("select count(*) from trading.orders where action = 'open' and sent_at is not null");
        var kept = await rig.Worker.ScalarAsync<long>(
            "select count(*) from trading.orders where action = 'open' and reject_code in ('account.stopped', 'account.disabled')");
        output.WriteLine($"{Stops} stops, {sent} entries sent between them, {kept} kept back");
        sent.ShouldBeGreaterThan(100);
        kept.ShouldBeGreaterThan(100);
        (await rig.Worker.ScalarAsync<long>("""
            select count(*) from trading.orders o join public.storm s on s.account = o.account_id
            where o.action = 'open' and o.sent_at > s.stopped and (o.stop_epoch < s.epoch or o.sent_at < s.resumed)
            """)).ShouldBe(0, "entries that were claimed after the commit of a stop");
    }

    private async Task StopAgainAndAgainAsync(StopRig rig, TestAccount account)
    {
        for (var i = 0; i < Stops / Accounts; i++)
        {
            await SomethingIsSentAsync(rig.Broker(account), i % 8 == 0 ? Surely : AtOnce);
            await StopAsync(rig, account);
            // How long it is off, by PostgreSQL's own clock; then it is on again.
            await rig.Worker.SqlAsync(
                $"insert into public.storm select id, stop_epoch, clock_timestamp() from accounts.accounts where id = '{account.Id}'");
            await rig.Worker.SqlAsync($"""
                update public.storm set resumed = clock_timestamp() where account = '{account.Id}' and resumed is null;
                update accounts.accounts set enabled = true, disabled_reason = null where id = '{account.Id}';
                """);
        }
    }

    private async Task StopAsync(StopRig rig, TestAccount account)
    {
        await using var scope = api.Factory.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantContext>().Set(account.Tenant, new UserId(rig.Person.UserId), "owner");
        (await scope.ServiceProvider.GetRequiredService<ExecuteStop>().RunAsync(account.Id)).ShouldNotBeNull();
    }

    // Most stops must not wait for luck: a lane that is busy closing is stopped all the same. Every eighth comes right after an entry,
    // however slow the machine is.
    private static async Task SomethingIsSentAsync(ScriptedAccount broker, TimeSpan within)
    {
        var (before, watch) = (broker.Placed.Count, Stopwatch.StartNew());
        while (broker.Placed.Count == before && watch.Elapsed < within) await Task.Delay(1);
    }

    // Signals as the ingest records them, but without its own look at whether the account is on: the claim alone is put to the test.
    private static async Task StreamAsync(StopRig rig, TestAccount account, CancellationToken ct)
    {
        var json = Intents.Open(0.01m).ToJson();
        while (!ct.IsCancellationRequested)
        {
            var id = new OrderId(Guid.CreateVersion7());
            await rig.Worker.SqlAsync($"""
                select trading.enqueue_order('{id}', '{account.Tenant}', '{account.Id}', 'scripted', null, null, null, '{ClientOrderId.For(id)}', 'open', '{json}', 'EURUSD', 'BUY', 'MARKET', 0.01, null,
                    (select stop_epoch from accounts.accounts where id = '{account.Id}'), clock_timestamp(), clock_timestamp() + interval '30 seconds')
                """);
            rig.Worker.Get<LaneCalls>().Ring(account.Id);
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
