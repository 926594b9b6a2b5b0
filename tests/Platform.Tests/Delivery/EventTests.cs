using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Failures;

namespace TradeFlow.Platform.Tests.Delivery;

/// <summary>Events that are found in the books.</summary>
public sealed class EventTests(DeliveryRig rig) : IClassFixture<DeliveryRig>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task An_exit_that_fails_after_its_answer_is_in_the_mailbox_in_Telegram_and_at_a_webhook_within_five_seconds()
    {
        await using var worker = await rig.StartWorkerAsync();
        using var failures = new FailureNotices(
            rig.Platform.Database, new Notifications(rig.Platform.Database, new LiveEvents(rig.Bus), TimeProvider.System), new OrderNews(),
            new Supervisor(TimeProvider.System, NullLogger<SupervisedLoop>.Instance));
        await failures.StartAsync(CancellationToken.None);
        var trader = await rig.NewTraderAsync(desk: "");
        var person = trader.Person;
        var path = $"/{Guid.NewGuid():N}";
        await DeliveryRig.PutAsync(person, new { kind = "email", target = person.Email }, new { kind = "telegram", target = "815" },
            new { kind = "webhook", target = rig.Receiver.Address + path });
        var answer = await trader.AlertAsync("""{"intent":{"action":"close","symbol":"EURUSD"}}""");
        answer.Status.ShouldBe(HttpStatusCode.Accepted);

        await rig.ExecuteAsync($"""
            update trading.orders set status = 'REJECTED', reject_code = 'broker.rejected', reject_reason = 'The market is closed.',
                answered_at = clock_timestamp(), settled_at = clock_timestamp() where id = '{answer.Json.GetProperty("order_id").GetGuid()}'
            """);
        await Eventually.True(async () => rig.Receiver.At(path).Count == 1
            && rig.Receiver.Taken.Any(one => one.Path.StartsWith("/bot", StringComparison.Ordinal)
                && one.Body.Contains("\"815\"", StringComparison.Ordinal))
            && (await rig.MailsToAsync(person.Email)).Any(mail => mail.Subject == "TradeFlow: An order failed"), TimeSpan.FromSeconds(5),
                "all three are told");

        (await rig.MailsToAsync(person.Email)).Single(mail => mail.Subject == "TradeFlow: An order failed").TextBody
            .ShouldNotBeNull().ShouldContain("Your exit (close EURUSD) on Paper failed: The market is closed.");
        await failures.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_closed_trade_is_told_once_with_its_profit_where_somebody_wants_to_know()
    {
        await using var worker = await rig.StartWorkerAsync();
        var trader = await rig.NewTraderAsync();
        var bystander = await rig.NewTraderAsync();
        await CloseAsync(trader, 5);
        var (_, path, _) = await rig.WebhookAsync(trader.Person, "trade.closed");

        await CloseAsync(trader, -12.5m);
        await CloseAsync(bystander, 3);

        await Eventually.True(() => rig.Receiver.At(path).Count > 0, Soon, "it is told");
        rig.Receiver.At(path).ShouldHaveSingleItem("what was closed before is not told").Json.GetProperty("data")
            .GetProperty("text").GetString()
            .ShouldBe("Long EURUSD on Paper was closed with -12.50 USD.");
        await CloseAsync(trader, 20);
        await OnlyOneMoreAsync(trader.Person, path, 2, "trade.closed");
        (await rig.ScalarAsync<long>($"select count(*) from live.notifications where tenant_id = '{bystander.Person.TenantId}'"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task A_limit_is_told_with_the_first_entry_of_the_day_that_it_refuses()
    {
        await using var worker = await rig.StartWorkerAsync();
        var trader = await rig.NewTraderAsync();
        var (_, path, _) = await rig.WebhookAsync(trader.Person, "limit.reached");
        await trader.Person.SendAsync(HttpMethod.Put, "/api/user/risk_config", new { max_trades_per_day = 0 }, trader.Person.AccessToken);

        for (var entry = 0; entry < 3; entry++)
            (await trader.SendAsync($"/webhook/paper/{trader.Key}",
                $$$"""{"id":"{{{entry}}}","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""")).Status
                .ShouldBe(HttpStatusCode.Forbidden);

        await Eventually.True(() => rig.Receiver.At(path).Count > 0, Soon, "it is told");
        await OnlyOneMoreAsync(trader.Person, path, 1, "limit.reached");
        var told = rig.Receiver.At(path)[0].Json.GetProperty("data");
        told.GetProperty("text").GetString()
            .ShouldBe("Daily trade limit reached: 0 trades. Entries are refused; closing positions always works.");
        told.GetProperty("detail").GetProperty("code").GetString().ShouldBe("risk.trades_per_day");
    }

    [Theory]
    [InlineData("trial_start = now() - interval '2 days 1 hour'", 0, "ends at")]
    [InlineData("trial_start = now()", 95, "has 5 trades left")]
    [InlineData("trial_start = now() - interval '1 day'", 50, null)]
    [InlineData("trial_start = now() - interval '4 days'", 100, null)]
    [InlineData("trial_start = now() - interval '2 days 1 hour', plan = 'pro', status = 'active'", 0, null)]
    public async Task A_trial_that_is_about_to_end_is_told_once(string state, int trades, string? words)
    {
        var ada = await Person.SignUpAsync(rig);
        await rig.ExecuteAsync($"""
            update billing.billing_status set {state} where tenant_id = '{ada.TenantId}';
            update billing.usage_counters set trades_count = {trades} where tenant_id = '{ada.TenantId}'
            """);
        await using var services = WorkerJobs.Build(rig.Platform, []);
        var job = services.GetServices<IRecurringJob>().OfType<TrialEndings>().Single();

        await job.RunAsync(CancellationToken.None);
        await job.RunAsync(CancellationToken.None);

        var told = (await ada.GetAsync("/api/notifications")).Json.GetProperty("items").EnumerateArray()
            .Where(notice => notice.GetProperty("kind").GetString() == "trial.ending").ToList();
        if (words is null) told.ShouldBeEmpty();
        else told.ShouldHaveSingleItem().GetProperty("text").GetString().ShouldNotBeNull().ShouldContain(words);
    }

    // The books are looked through once more, and the mark that is told after that comes next.
    private async Task OnlyOneMoreAsync(Person person, string path, int told, string mark)
    {
        await Eventually.True(() => rig.Receiver.At(path).Count >= told, Soon, "it is told");
        var now = await rig.ScalarAsync<DateTime>("select clock_timestamp()");
        await Eventually.True(async () =>
            await rig.ScalarAsync<DateTime>($"select min(seen_at) from delivery.watches where tenant_id = '{person.TenantId}'") > now, Soon,
            "the books were looked through");
        await rig.TellAsync(person, mark, "the mark");
        await Eventually.True(() => rig.Receiver.At(path).Any(one => one.Body.Contains("the mark", StringComparison.Ordinal)), Soon,
            "the mark is told");
        rig.Receiver.At(path).Count.ShouldBe(told + 1);
    }

    private Task CloseAsync(Trader trader, decimal pnl) => rig.ExecuteAsync($"""
        insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, status,
            opened_at, closed_at, realized_pnl, updated_at)
        values (gen_random_uuid(), '{trader.Person.TenantId}', '{trader.Account}', 'paper', gen_random_uuid()::text, 'EURUSD', 'EURUSD', 'BUY', 1, 1.09, 'CLOSED',
            now() - interval '1 hour', clock_timestamp(), {pnl.ToString(System.Globalization.CultureInfo.InvariantCulture)}, now())
        """);
}
