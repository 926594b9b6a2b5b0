using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Risk;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Failures;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// A signal that fails after it was answered is told to its tenant: once, an exit loudly, and nothing that the answer itself has told.
/// </summary>
public sealed class FailureNoticeTests(RiskRig rig) : IClassFixture<RiskRig>, IAsyncLifetime
{
    private readonly FailureNotices notices = new(
        rig.Platform.Database, new Notifications(rig.Platform.Database, new LiveEvents(rig.Bus), TimeProvider.System), new OrderNews(),
        new Supervisor(TimeProvider.System, NullLogger<SupervisedLoop>.Instance));

    public async ValueTask InitializeAsync() => await notices.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await notices.StopAsync(CancellationToken.None);
        notices.Dispose();
    }

    [Fact]
    public async Task An_exit_that_the_broker_refuses_after_the_answer_is_told_loudly_and_once()
    {
        var trader = await rig.NewAsync(desk: "");
        var answer = await trader.AlertAsync(RiskRig.Close());
        answer.Status.ShouldBe(HttpStatusCode.Accepted);
        await FailAsync(answer, "broker.rejected", "Not enough margin to close.");

        var told = await OneAsync(trader);
        (told.GetProperty("severity").GetString(), told.GetProperty("kind").GetString()).ShouldBe(("critical", "order.failed"));
        told.GetProperty("text").GetString().ShouldBe("Your exit (close EURUSD) on Paper failed: Not enough margin to close.");
        told.GetProperty("data").GetProperty("order_id").GetGuid().ShouldBe(answer.Json.GetProperty("order_id").GetGuid());
        told.GetProperty("data").GetProperty("webhook_id").GetGuid().ShouldBe(answer.Json.GetProperty("webhook_id").GetGuid());
        await NothingMoreAsync(trader);
    }

    [Fact]
    public async Task An_entry_that_is_refused_by_us_after_the_answer_is_a_warning()
    {
        var trader = await rig.NewAsync(desk: "");
        var answer = await trader.AlertAsync(RiskRig.Entry());
        answer.Status.ShouldBe(HttpStatusCode.Accepted);
        await FailAsync(answer, "signal.expired", "The signal is older than 30 s; nothing was sent.");

        var told = await OneAsync(trader);
        told.GetProperty("severity").GetString().ShouldBe("warning");
        told.GetProperty("text").GetString()
            .ShouldBe("Your entry (buy EURUSD) on Paper failed: The signal is older than 30 s; nothing was sent.");
    }

    [Fact]
    public async Task What_the_answer_has_told_is_not_told_again()
    {
        var trader = await rig.NewAsync(desk: "status = 'REJECTED', reject_code = 'broker.rejected', reject_reason = 'It is closed.', "
            + "answered_at = clock_timestamp(), settled_at = clock_timestamp()");

        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        await NothingMoreAsync(trader, before: 0);
    }

    [Fact]
    public async Task A_signal_of_several_orders_is_told_once_and_an_exit_that_found_nothing_never()
    {
        var trader = await rig.NewAsync(desk: "");
        var answer = await trader.AlertAsync("""{"intent":{"action":"flatten"}}""");
        var head = answer.Json.GetProperty("order_id").GetGuid();
        await rig.ExecuteAsSystemAsync($"""
            insert into trading.orders (id, tenant_id, account_id, broker, seq, parent_id, client_order_id, action, intent, symbol, type,
                                        status, reject_code, reject_reason, created_at, settled_at, valid_until)
            select gen_random_uuid(), tenant_id, account_id, broker, seq + 100 + n, id, 'leg' || n, 'close', '{"{}"}', 'EURUSD', 'MARKET',
                   'REJECTED', 'broker.rejected', 'The market is closed.', created_at, now(), now()
            from trading.orders, generate_series(1, 3) n where id = '{head}'
            """);
        var text = (await OneAsync(trader)).GetProperty("text").GetString();
        text.ShouldBe("Your exit (close EURUSD) on Paper failed: The market is closed.");

        await FailAsync(answer, "broker.rejected", "The market is closed.");
        await FailAsync(await trader.AlertAsync(RiskRig.Close()), "nothing_to_close", "Nothing was open.", "CANCELED");

        await NothingMoreAsync(trader);
    }

    [Fact]
    public async Task A_refusal_without_a_code_is_told_too()
    {
        var trader = await rig.NewAsync(desk: "");
        await FailAsync(await trader.AlertAsync(RiskRig.Close()), null, "Trading is halted.");

        (await OneAsync(trader)).GetProperty("text").GetString().ShouldBe("Your exit (close EURUSD) on Paper failed: Trading is halted.");
    }

    private async Task FailAsync(Answer answer, string? code, string words, string status = "REJECTED")
    {
        answer.Status.ShouldBe(HttpStatusCode.Accepted);
        await rig.ExecuteAsSystemAsync($"""
            update trading.orders set status = '{status}', reject_code = nullif('{code}', ''), reject_reason = '{words}',
                answered_at = clock_timestamp(), settled_at = clock_timestamp()
            where id = '{answer.Json.GetProperty("order_id").GetGuid()}'
            """);
    }

    // Another failure behind it is told: then this one would have been.
    private async Task NothingMoreAsync(Trader trader, int before = 1)
    {
        rig.SetDesk(trader, "");
        await FailAsync(await trader.AlertAsync(RiskRig.Close()), "broker.rejected", "the mark");
        await Eventually.True(async () => (await ListAsync(trader)).Any(IsTheMark), TimeSpan.FromSeconds(15), "the mark is told");
        (await ListAsync(trader)).Length.ShouldBe(before + 1);
    }

    private static bool IsTheMark(JsonElement notice) =>
        notice.GetProperty("text").GetString()!.EndsWith("the mark", StringComparison.Ordinal);

    private static async Task<JsonElement> OneAsync(Trader trader)
    {
        await Eventually.True(async () => (await ListAsync(trader)).Length == 1, TimeSpan.FromSeconds(15), "it is told");
        return (await ListAsync(trader))[0];
    }

    private static async Task<JsonElement[]> ListAsync(Trader trader) =>
        [.. (await trader.Person.GetAsync("/api/notifications")).Json.GetProperty("items").EnumerateArray()];
}
