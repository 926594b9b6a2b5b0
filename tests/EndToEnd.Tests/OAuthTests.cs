using System.Net;
using Microsoft.Playwright;
using TradeFlow.EmbeddedServers;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>
/// The programs of <c>samples/</c>, with a standard library of OpenID Connect each, are let in by a person in a real browser.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class OAuthTests(RunningSystem system, Browser browser) : IClassFixture<Browser>
{
    [Theory]
    [InlineData("C#")]
    [InlineData("JavaScript")]
    public async Task A_program_is_let_in_reads_positions_cannot_trade_and_is_cut_off_when_it_is_taken_back(string language)
    {
        using var trader = await Trader.SignUpAsync(system);
        await trader.ConnectAsync("paper", new { });
        await trader.AlertAsync(new { side = "buy", symbol = "EURUSD", qty = 1 });
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 1, TimeSpan.FromSeconds(30), "the position is there");
        var (clientId, port) = await MakeAppAsync(trader, $"Looker in {language}");
        using var program = language == "C#"
            ? SampleProgram.CSharp(system, clientId, port) : await SampleProgram.JavaScriptAsync(system, clientId, port);

        var page = await browser.OpenAsync(system.Address);
        await page.GotoAsync(await program.HearAsync("Open "));
        await LogInAsync(page, trader);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Let Looker in {language} in?" })).ToBeVisibleAsync();
        var could = page.GetByRole(AriaRole.List, new() { Name = "It could" });
        await Assertions.Expect(could).ToContainTextAsync("See accounts, positions, orders, signals and results");
        await Assertions.Expect(could).Not.ToContainTextAsync("Trade");
        await Browser.KeepAsync(page, $"consent-{language}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Let it in" }).ClickAsync();
        await Assertions.Expect(page.GetByText("You can close this page")).ToBeVisibleAsync();

        (await program.HearAsync("Let in by ")).ShouldBe("Tess Trader");
        (await program.HearAsync("Trading is answered with ")).ShouldBe("403");
        (await program.HearAsync("Positions: ")).ShouldContain("EURUSD");

        await page.GotoAsync($"{system.Address}settings");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Take back the access of Looker in {language}" }).ClickAsync();
        await Browser.KeepAsync(page, $"connected-apps-{language}");
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Assertions.Expect(page.GetByText("When an app asks to connect with TradeFlow")).ToBeVisibleAsync();
        program.PressEnter();

        (await program.HearAsync("Cut off: ")).ShouldBe("401");
        // Before the log-in there is no session.
        browser.ConsoleErrors.Where(error => !error.Contains("401", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_refuses_and_the_program_is_told()
    {
        using var trader = await Trader.SignUpAsync(system);
        var (clientId, port) = await MakeAppAsync(trader, "Refused");
        using var program = SampleProgram.CSharp(system, clientId, port);

        var page = await browser.OpenAsync(system.Address, 390, 844);
        await page.GotoAsync(await program.HearAsync("Open "));
        await LogInAsync(page, trader);
        await page.GetByRole(AriaRole.Button, new() { Name = "Refuse" }).ClickAsync();

        (await program.HearAsync("Not let in: ")).ShouldContain("access_denied");
    }

    private static async Task<(string ClientId, int Port)> MakeAppAsync(Trader trader, string name)
    {
        var port = LocalPorts.AnyFree();
        var made = await trader.PostAsync("/api/tenant/apps", new
        {
            name, redirect_uris = new[] { $"http://127.0.0.1:{port}/callback" },
            scopes = new[] { "openid", "profile", "offline_access", "read", "trade" },
        });
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        return (made.Json.GetProperty("client_id").GetString()!, port);
    }

    private static async Task LogInAsync(IPage page, Trader trader)
    {
        await page.GetByLabel("E-mail").FillAsync(trader.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Trader.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in", Exact = true }).ClickAsync();
    }
}
