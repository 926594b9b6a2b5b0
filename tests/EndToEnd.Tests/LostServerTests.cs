using System.Text.Json;
using Microsoft.Playwright;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>The Api dies under a page that is open.</summary>
[Collection(SystemCollection.Name)]
public sealed class LostServerTests(RunningSystem system, Browser browser) : IClassFixture<Browser>
{
    // One look at the page: what it says about its connection and what it calls its prices are of the same moment.
    private const string WhatIsSaid = """
        () => {
          const text = document.body.innerText;
          return text.includes('Not connected to TradeFlow') && {
            badge: document.querySelector('header [role=status]').innerText.split(':')[0].trim(),
            price: [...document.querySelectorAll('th')].map(({ innerText }) => innerText.toLowerCase()).find(name => name === 'now' || name === 'last known'),
            time: document.querySelector('main [role=status] time').innerText,
            position: text.includes('GBPUSD'),
          };
        }
        """;

    [Fact]
    public async Task A_page_whose_server_dies_says_so_and_shows_what_is_true_when_it_is_back()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        var opened = await trader.AlertAsync(new { side = "buy", symbol = "GBPUSD", qty = 0.1 });
        await trader.OrderInStateAsync(opened.Json.GetProperty("order_id").GetString()!, "FILLED", TimeSpan.FromSeconds(30));
        var page = await browser.OpenAsync(system.Address, trader);
        List<string> thrown = [];
        page.PageError += (_, error) => thrown.Add(error);
        await page.GotoAsync("/positions");
        var badge = page.Locator("header [role=status]");
        await Assertions.Expect(badge).ToContainTextAsync("Live");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close Position GBPUSD" })).ToBeVisibleAsync();
        await page.EvaluateAsync("window.sameDocument = true");

        system.KillPart("TradeFlow.Api");
        var said = await (await page.WaitForFunctionAsync(WhatIsSaid)).JsonValueAsync<JsonElement>();
        await broker.CloseByHandAsync(trader);
        await Browser.KeepAsync(page, "lost-server");

        said.GetProperty("badge").GetString().ShouldBe("Not connected");
        said.GetProperty("price").GetString().ShouldBe("last known");
        said.GetProperty("time").GetString().ShouldNotBeNullOrEmpty();
        said.GetProperty("position").GetBoolean().ShouldBeTrue("what was known stays, with its time");
        await Assertions.Expect(badge).ToContainTextAsync("Live", new() { Timeout = 30_000 });
        await Assertions.Expect(page.GetByText("Nothing is open")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(page.GetByText("Not connected to TradeFlow")).ToHaveCountAsync(0);
        (await page.EvaluateAsync<bool>("window.sameDocument === true")).ShouldBeTrue("it came back without a reload");
        thrown.ShouldBeEmpty();
        // The browser itself notes each request that nobody answered.
        browser.ConsoleErrors.Where(error => !error.StartsWith("Failed to load resource", StringComparison.Ordinal)
            && !error.StartsWith("WebSocket connection to", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
