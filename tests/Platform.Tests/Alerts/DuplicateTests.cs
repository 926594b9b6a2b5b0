using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class DuplicateTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private static string WithId(string id, string qty = "1") =>
        "{\"id\":\"" + id + "\",\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":" + qty + "}}";

    [Fact]
    [Trait("Control", "W2")]
    public async Task A_hundred_at_once_are_one_order_and_one_answer()
    {
        var trader = await rig.NewTraderAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => trader.AlertAsync(Trader.Buy)));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK && answer.Text("status") == "filled");
        answers.Select(answer => answer.Text("order_id")).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => answer.Json.TryGetProperty("duplicate_of", out _)).ShouldBe(99);
        (await trader.CountAsync("trading.orders")).ShouldBe(1);
        await trader.LoggedAsync("1", rows: 100);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_names_the_first_signal()
    {
        var trader = await rig.NewTraderAsync();
        var first = await trader.AlertAsync(Trader.Buy);
        await trader.LoggedAsync("1");

        var repeat = await trader.AlertAsync(Trader.Buy + "\n");

        repeat.Status.ShouldBe(HttpStatusCode.OK);
        repeat.Text("duplicate_of").ShouldBe(first.Text("webhook_id"));
        foreach (var member in first.Json.EnumerateObject())
            repeat.Json.GetProperty(member.Name).GetRawText().ShouldBe(member.Value.GetRawText());
        (await trader.LoggedAsync("duplicate_of", rows: 2)).ShouldBe(first.Text("webhook_id"));
    }

    [Fact]
    public async Task A_repeat_of_a_refused_order_is_told_the_refusal_and_executes_nothing()
    {
        var trader = await rig.NewTraderAsync(
            "status = 'REJECTED', reject_code = 'broker.rejected', reject_reason = 'Market closed', answered_at = clock_timestamp()");
        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var repeat = await trader.AlertAsync(Trader.Buy);

        (repeat.Status, repeat.Code, repeat.Text("error")).ShouldBe((HttpStatusCode.OK, "broker.rejected", "Market closed"));
        (await trader.CountAsync("trading.orders")).ShouldBe(1);
    }

    [Fact]
    [Trait("Control", "W2")]
    public async Task An_id_counts_for_a_day_and_belongs_to_one_body()
    {
        var trader = await rig.NewTraderAsync();
        await rig.ExecuteAsync($"update accounts.accounts set dedupe_seconds = 0 where id = '{trader.Account}'");

        (await trader.AlertAsync(WithId("a"))).Json.TryGetProperty("duplicate_of", out _).ShouldBeFalse();
        (await trader.AlertAsync(WithId("a"))).Json.TryGetProperty("duplicate_of", out _).ShouldBeTrue();
        var reused = await trader.AlertAsync(WithId("a", "2"));
        (await trader.AlertAsync(WithId("b"))).Json.TryGetProperty("duplicate_of", out _).ShouldBeFalse();

        (reused.Status, reused.Code).ShouldBe((HttpStatusCode.Conflict, "signal.id_reused"));
        (await trader.CountAsync("trading.orders")).ShouldBe(2);
        (await rig.ScalarAsync<double>(
            $"select extract(epoch from min(expires_at - received_at))::float8 from alerts.dedupe where account_id = '{trader.Account}'"))
            .ShouldBe(86_400);
    }

    [Fact]
    public async Task After_its_time_the_same_body_is_a_new_signal()
    {
        var trader = await rig.NewTraderAsync();
        await trader.AlertAsync(Trader.Buy);
        await rig.ExecuteAsync($"update alerts.dedupe set expires_at = now() - interval '1 second' where account_id = '{trader.Account}'");

        (await trader.AlertAsync(Trader.Buy)).Json.TryGetProperty("duplicate_of", out _).ShouldBeFalse();

        (await trader.CountAsync("trading.orders")).ShouldBe(2);
        (await trader.CountAsync("alerts.dedupe")).ShouldBe(1);
    }

    [Fact]
    public async Task With_dedupe_off_every_signal_counts()
    {
        var trader = await rig.NewTraderAsync();
        await rig.ExecuteAsync($"update accounts.accounts set dedupe_seconds = 0 where id = '{trader.Account}'");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => trader.AlertAsync(Trader.Buy)));

        (await trader.CountAsync("trading.orders")).ShouldBe(10);
    }

    [Fact]
    public async Task Signals_of_one_account_are_in_the_lane_in_the_order_in_which_they_came()
    {
        var trader = await rig.NewTraderAsync();
        for (var qty = 1; qty <= 20; qty++) await trader.AlertAsync(WithId($"n{qty}", qty.ToString()));

        (await rig.ScalarAsync<bool>($"select bool_and(qty = seq) from trading.orders where account_id = '{trader.Account}'"))
            .ShouldBeTrue();
    }
}
