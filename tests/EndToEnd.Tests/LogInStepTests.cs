using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>A broker that asks for a code, as a person meets it and as a program does.</summary>
[Collection(SystemCollection.Name)]
public sealed class LogInStepTests(RunningSystem system, Browser browser) : IClassFixture<Browser>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1440, 900, "desktop")]
    [InlineData(390, 844, "phone")]
    public async Task A_person_answers_the_step_in_the_dialog_and_mends_a_wrong_code(int width, int height, string device)
    {
        using var dropped = new DroppedPlugin(system, DroppedPlugin.Sample("Good"), "Sample");
        var page = await browser.OpenAsync(system.Address, width, height);
        await page.GotoAsync("/signup");
        await page.GetByLabel("Name").FillAsync("Stella Step");
        await page.GetByLabel("E-mail").FillAsync($"step-{Guid.NewGuid():N}@example.com");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Trader.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        using var watcher = await Trader.SignUpAsync(system);
        await watcher.BrokerInStateAsync("sample", "active", Soon);

        await page.GotoAsync("/accounts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect Broker" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sample" }).ClickAsync();
        await dialog.GetByLabel("Behaviour").FillAsync("needs-steps");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        var code = dialog.GetByLabel("Code from your phone");
        await Assertions.Expect(code).ToBeFocusedAsync();
        await Browser.KeepAsync(page, $"{device}-step");
        await code.FillAsync("000000");
        await code.PressAsync("Enter");
        await Assertions.Expect(dialog.GetByText("This code is wrong or too old.")).ToBeVisibleAsync();
        await Browser.KeepAsync(page, $"{device}-step-wrong");
        await code.FillAsync("123456");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await dialog.GetByLabel("Trading pin").FillAsync("0000");
        await Browser.KeepAsync(page, $"{device}-step-second");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Connect this account" }).ClickAsync();

        await Assertions.Expect(dialog.GetByText("Account Connected")).ToBeVisibleAsync();
        await Browser.KeepAsync(page, $"{device}-step-connected");
        browser.ConsoleErrors.Where(
            error => !error.Contains("401", StringComparison.Ordinal) && !error.Contains("422", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_step_led_to_opens_the_accounts_sessions_without_asking_again()
    {
        using var dropped = new DroppedPlugin(system, DroppedPlugin.Sample("Good"), "Sample");
        using var trader = await Trader.SignUpAsync(system);
        await trader.BrokerInStateAsync("sample", "active", Soon);

        var asked = await trader.PostAsync("/register/sample", new { behaviour = "needs-step", mode = "demo" });
        asked.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        asked.Code.ShouldBe("broker.step_required", asked.Text);
        var continuation = asked.Json.GetProperty("step").GetProperty("continuation").GetString();
        var account = await trader.ConnectAsync("sample",
            new { behaviour = "needs-step", mode = "demo", continuation, answers = new { code = "123456" } });

        // The symbol is asked of the account's own session, which logs in with nobody there to answer.
        JsonElement found = default;
        await Eventually.True(async () =>
        {
            found = (await trader.GetAsync($"/api/accounts/{account.GetProperty("id").GetString()}/symbols/resolve?symbol=EURUSD")).Json;
            return found.TryGetProperty("broker_symbol", out var symbol) && symbol.GetString() == "EURUSD.R";
        }, Soon, () => $"the session answers: {found}");
        (await trader.GetAsync("/api/user/brokers")).Json.EnumerateArray().Single().GetProperty("status").GetString().ShouldBe("active");
    }
}
