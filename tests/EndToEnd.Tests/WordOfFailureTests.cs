using System.Net;
using Microsoft.Playwright;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>What fails after its answer reaches whoever sleeps, and whoever looks.</summary>
[Collection(SystemCollection.Name)]
public sealed class WordOfFailureTests(RunningSystem system, Browser browser) : IClassFixture<Browser>
{
    private const string Words = "Position cannot be closed while the market is closed.";
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_exit_that_the_broker_refuses_after_the_answer_is_in_the_mailbox_in_Telegram_and_on_the_screen_within_five_seconds()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        var opened = await trader.AlertAsync(new { side = "buy", symbol = "GBPUSD", qty = 0.1 });
        await trader.OrderInStateAsync(opened.Json.GetProperty("order_id").GetString()!, "FILLED", Settled);
        var chat = $"{Random.Shared.Next(1, int.MaxValue)}";
        var settings = await trader.PutAsync("/api/user/notification_settings",
            new { channels = new object[] { new { kind = "email", target = trader.Email }, new { kind = "telegram", target = chat } } });
        settings.Status.ShouldBe(HttpStatusCode.OK, settings.Text);
        var page = await browser.OpenAsync(system.Address, trader);
        await page.GotoAsync("/positions");
        await Assertions.Expect(page.Locator("header [role=status]")).ToContainTextAsync("Live");
        await broker.ArmAsync(trader, "delay_ms", "CLOSE_POSITION", ms: 2500);
        await broker.ArmAsync(trader, "reject", "CLOSE_POSITION", text: Words);

        var exit = await trader.AlertAsync(new { action = "close", symbol = "GBPUSD" });
        exit.Status.ShouldBe(HttpStatusCode.Accepted, exit.Text);
        await trader.OrderInStateAsync(exit.Json.GetProperty("order_id").GetString()!, "REJECTED", Settled);

        var within = TimeSpan.FromSeconds(5);
        await Task.WhenAll(
            Eventually.True(() => system.MailsTo(trader.Email).Any(mail => mail.Contains(Words, StringComparison.Ordinal)), within,
                "the mail is there"),
            Eventually.True(() => system.Telegram.Taken.Any(one => one.Body.Contains($"\"{chat}\"", StringComparison.Ordinal)
                && one.Body.Contains(Words, StringComparison.Ordinal)), within, "Telegram is told"),
            Assertions.Expect(page.GetByText(Words).First).ToBeVisibleAsync(new() { Timeout = (float)within.TotalMilliseconds }));
        await Browser.KeepAsync(page, "refused-exit");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close Position GBPUSD" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "unread" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByText(Words)).ToBeVisibleAsync();
        browser.ConsoleErrors.ShouldBeEmpty();
    }
}
