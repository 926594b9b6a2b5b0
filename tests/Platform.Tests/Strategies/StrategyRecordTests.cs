using System.Net;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;
using TradeFlow.Platform.Strategies.Keys;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>The paper account that keeps the record of a public strategy, and the record of a signal in the database.</summary>
[Collection(StrategyPeople.OneRig)]
public sealed class StrategyRecordTests(WebhookRig rig)
{
    [Fact]
    public async Task A_paper_account_follows_every_public_strategy_and_its_trades_are_the_figures()
    {
        var admin = await Person.AdministratorAsync(rig);
        var strategy = await StrategyPeople.PublishAsync(admin);
        var record =
            await rig.ScalarAsync<Guid>($"select account_id from strategies.activations where strategy_id = '{strategy.Id}' and is_record");
        var trader = await rig.NewTraderAsync(person: await StrategyPeople.NewPersonAsync(rig));

        var answer = await trader.SendAsync(strategy.Path, Trader.Buy);

        answer.Json.GetProperty("fan_out").GetInt32().ShouldBe(0, "nobody follows it");
        (await rig.ScalarAsync<long>(
            $"select count(*) from trading.orders where account_id = '{record}' and strategy_id = '{strategy.Id}'")).ShouldBe(1);
        (await admin.GetAsync($"/api/strategies/{strategy.Id}/signals")).Json.GetProperty("items")[0].GetProperty("outcomes")
            .GetArrayLength().ShouldBe(0);
        foreach (var (minute, net) in new[] { (1, 100), (2, -50), (3, -20), (4, 45) })
            await rig.ExecuteAsync($"""
                insert into insights.trades (id, tenant_id, account_id, broker, symbol, side, qty, exit_at, fees, net_pnl, currency, turned)
                select gen_random_uuid(), tenant_id, id, broker, 'EURUSD', 'BUY', 1, timestamptz '2026-11-02T10:00:00Z' + interval '{minute} minutes', 0, {net}, 'USD', 0
                from accounts.accounts where id = '{record}'
                """);
        var stats = (await trader.Person.GetAsync($"/api/strategies/{strategy.Id}")).Json.GetProperty("stats");
        (stats.GetProperty("signals").GetInt64(), stats.GetProperty("trades").GetInt32(), stats.GetProperty("win_rate").GetDecimal(),
            stats.GetProperty("net_pnl").GetDecimal(),
            stats.GetProperty("max_drawdown").GetDecimal(), stats.GetProperty("currency").GetString())
            .ShouldBe((1L, 4, 0.5m, 75m, 70m, "USD"));
        (await admin.GetAsync("/api/admin/strategies")).Json.EnumerateArray()
            .Single(row => row.GetProperty("id").GetString() == strategy.Id)
            .GetProperty("accounts").GetInt32().ShouldBe(0);
        (await admin.DeleteAsync($"/api/admin/strategies/{strategy.Id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.ScalarAsync<bool>($"select deleted_at is not null from accounts.accounts where id = '{record}'")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_signal_is_recorded_for_all_accounts_or_for_none()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var (one, two) = (await rig.NewTraderAsync("", person), await rig.NewTraderAsync("", person));
        var known = (await rig.Service<StrategyDirectory>().FindAsync(strategy.Path.Split('/')[^1], CancellationToken.None))
            .ShouldNotBeNull();
        var accounts = await rig.Service<AccountDirectory>().FindAcrossTenantsAsync([one.Account, two.Account], CancellationToken.None);
        var (signal, batch) = (SignalOf(known), new[] { PartOf(accounts[one.Account]), PartOf(accounts[two.Account]) });
        await rig.ExecuteAsync($"update accounts.accounts set version = version + 1 where id = '{two.Account}'");
        var record = rig.Service<SignalRecord>();

        var stale = (await record.RunAsync(signal, batch, CancellationToken.None)).ShouldBeOfType<RecordedForAll.Stale>();

        stale.Changed.ShouldBe([batch[1].Webhook]);
        (await one.CountAsync("trading.orders") + await two.CountAsync("trading.orders") + await one.CountAsync("alerts.webhooks_log"))
            .ShouldBe(0);
        (await rig.ScalarAsync<long>($"select signals from strategies.strategies where id = '{strategy.Id}'")).ShouldBe(0);
        batch[1] = batch[1] with
        {
            Account = (await rig.Service<AccountDirectory>().FindAcrossTenantsAsync([two.Account], CancellationToken.None))[two.Account]
        };
        // The second time is as after a commit whose answer was lost.
        for (var times = 0; times < 2; times++)
        {
            var done = (await record.RunAsync(signal, batch, CancellationToken.None)).ShouldBeOfType<RecordedForAll.Done>();
            done.Outcomes.Values.ShouldAllBe(outcome => outcome is Recorded.New);
        }
        (await one.CountAsync("trading.orders"), await two.CountAsync("trading.orders")).ShouldBe((1, 1));
        (await rig.ScalarAsync<long>($"select signals from strategies.strategies where id = '{strategy.Id}'")).ShouldBe(1);
        await person.PostAsync($"/api/strategies/{strategy.Id}/regenerate-key");
        (await record.RunAsync(SignalOf(known), batch, CancellationToken.None)).ShouldBeOfType<RecordedForAll.Gone>();
    }

    private static StrategySignal SignalOf(KnownStrategy strategy) => new()
    {
        Id = Guid.CreateVersion7(), Strategy = strategy, ReceivedAt = Now(), DedupeKey = "id:x", DedupeFor = TimeSpan.FromHours(1),
        HoldFor = TimeSpan.FromMinutes(1), BodyHash = [1],
    };

    private static Signal PartOf(AccountContext account)
    {
        var intent = new TradeIntent { Action = TradeAction.Open, Side = TradeSide.Buy, Symbol = "EURUSD", Qty = 1 };
        return new Signal
        {
            Webhook = new WebhookId(Guid.CreateVersion7()), Order = new OrderId(Guid.CreateVersion7()), Account = account,
            ReceivedAt = Now(), Method = "POST", Path = "/webhook/strategy", Payload = "{}", DedupeKey = "strategy:x",
            HoldFor = TimeSpan.FromMinutes(1), BodyHash = [1], Intent = intent, IntentJson = intent.ToJson(), Symbol = "EURUSD",
            ValidUntil = Now().AddSeconds(30),
        };
    }

    private static DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
}
