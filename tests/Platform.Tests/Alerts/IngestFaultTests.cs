using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class IngestFaultTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    [Fact]
    public async Task One_bad_signal_does_not_fail_the_others_of_its_batch()
    {
        var trader = await rig.NewTraderAsync("");
        var account = (await rig.Service<KeyIndex>().FindAsync(trader.Key, default)).ShouldNotBeNull();
        var signals = Enumerable.Range(0, 9).Select(number => SignalOf(account, number == 4 ? "a\0b" : $"{number}")).ToList();
        // Each is recorded by itself in the end, which takes longer than a sender waits where the machine is busy.
        using var writer = NewWriter(new IngestOptions { Writers = 1, RecordSeconds = 20 });

        // All of them wait when the writer starts, so that they are one batch.
        var waiting = signals.Select(signal => writer.RecordAsync(signal, TimeSpan.FromSeconds(20), default)).ToList();
        await writer.StartAsync(default);
        var outcomes = await Task.WhenAll(waiting);

        outcomes.Index().Where(outcome => outcome.Item is not Recorded.New).Select(outcome => outcome.Index).ShouldBe([4]);
        (await trader.CountAsync("trading.orders")).ShouldBe(8);
        await writer.StopAsync(default);
    }

    [Fact]
    public async Task A_full_queue_turns_away_at_once()
    {
        var trader = await rig.NewTraderAsync("");
        var account = (await rig.Service<KeyIndex>().FindAsync(trader.Key, default)).ShouldNotBeNull();
        using var writer = NewWriter(new IngestOptions { Writers = 1, QueueLength = 1 });
        _ = writer.RecordAsync(SignalOf(account, "1"), Soon, default);

        var outcome = await writer.RecordAsync(SignalOf(account, "2"), Soon, default).WaitAsync(TimeSpan.FromMilliseconds(500));

        outcome.ShouldBeOfType<Recorded.Unavailable>();
    }

    [Fact]
    public async Task A_signal_that_is_asked_for_twice_with_the_same_ids_is_recorded_once()
    {
        var trader = await rig.NewTraderAsync("");
        var account = (await rig.Service<KeyIndex>().FindAsync(trader.Key, default)).ShouldNotBeNull();
        var record = new SignalRecord(rig.Platform.Database, Options.Create(new IngestOptions()));
        foreach (var signal in new[] { SignalOf(account, "1"), SignalOf(account, "2") with { DedupeFor = TimeSpan.Zero } })
        {
            (await record.RunAsync([signal], default))[signal.Webhook].ShouldBeOfType<Recorded.New>();
            (await record.RunAsync([signal], default))[signal.Webhook].ShouldBeOfType<Recorded.New>();
        }

        (await trader.CountAsync("trading.orders")).ShouldBe(2);
    }

    [Fact]
    public async Task Connections_that_break_under_load_lose_and_double_nothing()
    {
        var trader = await rig.NewTraderAsync();
        using var stop = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await rig.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{rig.Platform.DatabaseName}' and usename = 'tradeflow_system' and pid <> pg_backend_pid()");
                await Task.Delay(100);
            }
        });
        List<Answer> answers = [];
        for (var round = 0; round < 15; round++)
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 10).Select(number =>
                trader.AlertAsync(
                    "{\"id\":\"k" + round + "-" + number + "\",\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}}"))));
        await stop.CancelAsync();
        await killer;
        ForgetBrokenConnections();

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.Accepted
            || answer.Status == HttpStatusCode.ServiceUnavailable);
        foreach (var taken in answers.Where(answer => answer.Status != HttpStatusCode.ServiceUnavailable))
            (await rig.ScalarAsync<long>($"select count(*) from trading.orders where id = '{taken.Text("order_id")}'")).ShouldBe(1);
        (await rig.ScalarAsync<long>(
            $"select count(*) from (select intent from trading.orders o join alerts.dedupe d on d.order_id = o.id where o.account_id = '{trader.Account}' group by dedupe_key, intent having count(*) > 1) twice"))
            .ShouldBe(0);
        (await trader.CountAsync("trading.orders")).ShouldBe(await trader.CountAsync("alerts.dedupe"));
    }

    [Fact]
    public async Task While_nothing_can_be_recorded_the_answer_is_503_and_it_heals_by_itself()
    {
        var trader = await rig.NewTraderAsync();
        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        var name = rig.Platform.DatabaseName;
        await PlatformFixture.ExecuteAsync(rig.Platform.Servers.Connection("postgres"),
            $"alter database {name} with allow_connections false");
        await PlatformFixture.ExecuteAsync(rig.Platform.Servers.Connection("postgres"),
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var refused = await trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":2}}""");

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.ServiceUnavailable, "unavailable"));
        refused.Message.Headers.RetryAfter.ShouldNotBeNull();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        await PlatformFixture.ExecuteAsync(rig.Platform.Servers.Connection("postgres"),
            $"alter database {name} with allow_connections true");
        await Eventually.True(async () => (await trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":3}}""")).Status
            == HttpStatusCode.OK, TimeSpan.FromSeconds(10), "signals are taken again");
        ForgetBrokenConnections();
        (await trader.CountAsync("trading.orders")).ShouldBe(2);
    }

    [Fact]
    public async Task A_record_that_hangs_is_answered_503_in_time_and_holds_up_nobody_else()
    {
        var (trader, other) = (await rig.NewTraderAsync(), await rig.NewTraderAsync());
        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        await using var holder = await rig.Platform.Database.System.OpenConnectionAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand($"select 1 from trading.lanes where account_id = '{trader.Account}' for update",
            holder, transaction))
            await hold.ExecuteNonQueryAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var stuck = trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":2}}""");
        var free = await Task.WhenAll(Enumerable.Range(0, 5).Select(
            number => other.AlertAsync("{\"id\":\"f" + number + "\",\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}}")));
        var answer = await stuck;

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        free.ShouldAllBe(one => one.Status == HttpStatusCode.OK);
        await transaction.RollbackAsync();
        await Eventually.True(async () => (await trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":2}}""")).Status
            == HttpStatusCode.OK, TimeSpan.FromSeconds(10), "the same signal is taken when it comes again");
        (await trader.CountAsync("trading.orders")).ShouldBe(2);
    }

    // The next test starts with connections that work.
    private void ForgetBrokenConnections()
    {
        foreach (var database in new[] { rig.Platform.Database, rig.Service<Database>() })
        {
            database.App.Clear();
            database.System.Clear();
        }
    }

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private SignalWriter NewWriter(IngestOptions options) =>
        new(new SignalRecord(rig.Platform.Database, Options.Create(new IngestOptions())), new Confirmed(TimeProvider.System),
            rig.Service<LaneCalls>(), Options.Create(options), rig.Service<Supervisor>(), NullLogger<SignalWriter>.Instance);

    private static Signal SignalOf(AccountContext account, string payload)
    {
        var intent = new TradeIntent { Action = TradeAction.Open, Side = TradeSide.Buy, Symbol = "EURUSD", Qty = 1 };
        var now = new DateTimeOffset(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);
        return new Signal
        {
            Webhook = new WebhookId(Guid.CreateVersion7()), Order = new OrderId(Guid.CreateVersion7()), Account = account, ReceivedAt = now,
            Method = "POST", Path = "/webhook/paper", Payload = payload, DedupeKey = "id:" + Guid.NewGuid(),
            DedupeFor = TimeSpan.FromDays(1), HoldFor = TimeSpan.FromMinutes(1), BodyHash = [1], Intent = intent,
            IntentJson = intent.ToJson(), Symbol = "EURUSD", ValidUntil = now.AddSeconds(30),
        };
    }
}
