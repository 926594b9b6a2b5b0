using System.Text.Json;
using Microsoft.Playwright;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>
/// Every screen of the running product, in both themes, on a desk and on a phone, as an administrator with an account sees it.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class ScreenTests(RunningSystem system, Browser browser) : IClassFixture<Browser>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Every_screen_can_be_read_by_everybody_and_fits_a_phone()
    {
        var (admin, code) = await Trader.AdminAsync(system);
        using var _ = admin;
        await admin.ConnectAsync("paper", new { });
        var opened = await admin.AlertAsync(
            new { side = "buy", symbol = "EURUSD", qty = 1, sl = new { mode = "pips", value = 50 }, tp = new { mode = "rr", value = 2 } });
        await admin.OrderInStateAsync(opened.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        var position = (await admin.PositionsAsync()).ShouldHaveSingleItem().GetProperty("id").GetString();
        var refused = await admin.AlertAsync("{\"version\":\"unify.v1\"}");
        ((int)refused.Status).ShouldBe(422, refused.Text);

        var page = await browser.OpenAsync(system.Address);
        var check = new PageCheck(page);
        foreach (var path in new[] { "login", "signup", "forgot" })
        {
            await page.GotoAsync("/" + path);
            await check.LookAsync(path);
        }
        browser.ConsoleErrors.Where(error => !error.Contains("401", StringComparison.Ordinal)).ShouldBeEmpty();
        browser.ConsoleErrors.Clear();

        // The refresh token is a cookie: who has logged in by hand is signed in.
        var status = await page.EvaluateAsync<int>(
            "body => fetch('/auth/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }).then(({ status }) => status)",
            JsonSerializer.Serialize(new { email = admin.Email, password = Trader.Password, totp = code }));
        status.ShouldBe(200);
        await page.GotoAsync("/");
        await WalkAsync(page, check, "Main");
        await WalkAsync(page, check, "Admin");
        foreach (var (name, address) in new[]
                 {
                     ("signal", $"/log?id={opened.Json.GetProperty("webhook_id").GetString()}"), ("connect", "/accounts?connect=true"),
                     ("close", $"/positions?close={position}"), ("move", $"/positions?move={position}"), ("stop", "/orders?stop=true"),
                 })
        {
            await page.GotoAsync(address);
            await Assertions.Expect(page.Locator("[role=dialog], [role=alertdialog]")).ToBeVisibleAsync();
            await check.LookAsync(name);
        }

        await StopByPaletteAsync(page, check);

        check.Findings.ShouldBeEmpty();
        browser.ConsoleErrors.ShouldBeEmpty();
        (await admin.PositionsAsync()).ShouldBeEmpty();
    }

    // By the links of the page itself: a screen that joins the navigation joins the walk.
    private static async Task WalkAsync(IPage page, PageCheck check, string navigation)
    {
        await page.SetViewportSizeAsync(1440, 900);
        var links = page.GetByRole(AriaRole.Navigation, new() { Name = navigation, Exact = true }).GetByRole(AriaRole.Link);
        await Assertions.Expect(links.First).ToBeVisibleAsync();
        var names = await links.AllInnerTextsAsync();
        names.Count.ShouldBeGreaterThan(6);
        foreach (var name in names)
        {
            await page.SetViewportSizeAsync(1440, 900);
            await links.GetByText(name, new() { Exact = true }).ClickAsync();
            await Assertions.Expect(links.And(page.Locator("[aria-current=page]"))).ToHaveTextAsync(name);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await check.LookAsync($"{navigation}-{name.Replace(' ', '-')}");
        }
    }

    private static async Task StopByPaletteAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync("/positions");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Emergency Stop" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+k");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search and commands" }).FillAsync("emergency");
        await check.LookAsync("palette");
        await page.Keyboard.PressAsync("Enter");
        var question = page.GetByRole(AriaRole.Alertdialog);
        await Assertions.Expect(question)
            .ToContainTextAsync("⚠ This will immediately close ALL open positions across ALL accounts. Are you sure?");
        await Assertions.Expect(question).ToContainTextAsync("Close 1 position on 1 account, cancel no order");

        await question.GetByRole(AriaRole.Button, new() { Name = "Stop everything" }).ClickAsync();

        await Assertions.Expect(page.GetByText("Emergency stop executed").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("All accounts disabled. Re-enable to resume trading.")).ToBeVisibleAsync();
        await check.LookAsync("stopped");
        await page.GetByRole(AriaRole.Button, new() { Name = "Re-enable accounts" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Trading resumed").First).ToBeVisibleAsync();
    }
}
