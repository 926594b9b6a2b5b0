using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>The critical path as a person takes it, in a real browser.</summary>
[Collection(SystemCollection.Name)]
public sealed partial class BrowserTests(RunningSystem system, Browser browser) : IClassFixture<Browser>
{
    [Theory]
    [InlineData(1440, 900, "desktop")]
    [InlineData(390, 844, "phone")]
    public async Task A_newcomer_connects_a_broker_sends_an_alert_and_closes_the_position_with_its_profit(
        int width, int height, string device)
    {
        var page = await browser.OpenAsync(system.Address, width, height);
        var email = $"newcomer-{Guid.NewGuid():N}@example.com";

        await page.GotoAsync("/signup");
        await page.GetByLabel("Name").FillAsync("Nora Newcomer");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("correct horse battery");
        await Browser.KeepAsync(page, $"{device}-signup");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        await Browser.KeepAsync(page, $"{device}-overview-new");

        await page.GotoAsync("/accounts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect Broker" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = TradeLockerName() }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("E-mail").FillAsync("broker-" + email);
        await dialog.GetByLabel("Password", new() { Exact = true }).FillAsync("broker-password");
        await dialog.GetByLabel("Server").FillAsync("SIM");
        await dialog.GetByLabel("Mode").SelectOptionAsync("sim");
        await Browser.KeepAsync(page, $"{device}-connect");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("Account Connected")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Show the API key" }).ClickAsync();
        var key = KeyPattern().Match(await dialog.InnerTextAsync()).Value;
        key.ShouldNotBeEmpty();
        await Browser.KeepAsync(page, $"{device}-connected");
        await dialog.GetByRole(AriaRole.Link, new() { Name = "Set up the alert" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Webhooks", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("unify.v1").First).ToBeVisibleAsync();
        await Browser.KeepAsync(page, $"{device}-webhooks");

        using var http = new HttpClient { BaseAddress = system.Address };
        var alert = await http.PostAsync($"/webhook/tradelocker/{key}", new StringContent(
            """{"version":"unify.v1","intent":{"side":"buy","symbol":"EURUSD","qty":1,"sl":{"mode":"pips","value":50},"tp":{"mode":"rr","value":2}}}"""));
        ((int)alert.StatusCode).ShouldBeOneOf(200, 202);

        await page.GotoAsync("/positions");
        var close = page.GetByRole(AriaRole.Button, new() { Name = "Close Position EURUSD" }).Locator("visible=true");
        await Assertions.Expect(close).ToBeVisibleAsync();
        await Browser.KeepAsync(page, $"{device}-positions");
        await close.ClickAsync();
        var question = page.GetByRole(AriaRole.Alertdialog);
        await Assertions.Expect(question).ToContainTextAsync("Close 1 EURUSD at market?");
        await Browser.KeepAsync(page, $"{device}-close");
        await question.GetByRole(AriaRole.Button, new() { Name = "Close Position" }).ClickAsync();
        await Assertions.Expect(page.GetByText(ClosedToast()).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close Position EURUSD" })).ToHaveCountAsync(0);
        await Browser.KeepAsync(page, $"{device}-closed");

        await page.GotoAsync("/log");
        await Assertions.Expect(page.GetByText("buy 1 EURUSD").First).ToBeVisibleAsync();
        await Browser.KeepAsync(page, $"{device}-log");
        await page.GotoAsync("/");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        await Browser.KeepAsync(page, $"{device}-overview");
        browser.ConsoleErrors.Where(error => !error.Contains("401", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    [Trait("Control", "C3")]
    public async Task The_documentation_is_drawn_within_its_content_policy()
    {
        var page = await browser.OpenAsync(system.Address);
        List<string> elsewhere = [];
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } address && address.Authority != system.Address.Authority)
                elsewhere.Add(request.Url);
        };

        await page.GotoAsync("/docs");

        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Who did what, in all tenants" }).First).ToBeVisibleAsync();
        await Browser.KeepAsync(page, "docs");
        browser.ConsoleErrors.Where(error => !error.Contains("401", StringComparison.Ordinal)).ShouldBeEmpty();
        elsewhere.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Control", "C1")]
    public async Task A_reload_keeps_the_session_and_no_secret_is_in_local_storage()
    {
        using var trader = await Trader.SignUpAsync(system);
        var page = await browser.OpenAsync(system.Address);
        await page.GotoAsync("/login");
        await page.GetByLabel("E-mail").FillAsync(trader.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Trader.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();

        await page.ReloadAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        var stored = await page.EvaluateAsync<string>("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie");
        stored.ShouldNotContain("eyJ");
        stored.Length.ShouldBeLessThan(200);
    }

    [Fact]
    public async Task The_page_can_be_installed_and_says_so_when_the_server_is_away()
    {
        var page = await browser.OpenAsync(system.Address);
        await page.GotoAsync("/login");
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => undefined)");
        var devTools = await page.Context.NewCDPSessionAsync(page);

        var missing = await devTools.SendAsync("Page.getInstallabilityErrors");
        var kept = await page.EvaluateAsync<string[]>(
            "caches.keys().then(names => Promise.all(names.map(async name => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).then(all => all.flat())");
        await page.Context.SetOfflineAsync(true);
        await page.GotoAsync("/positions");

        missing!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(error => error.GetProperty("errorId").GetString())
            .Where(error => error != "in-incognito").ShouldBeEmpty();
        kept.ShouldBe(["/offline.html"]);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "TradeFlow is not reachable" })).ToBeVisibleAsync();
        await page.CloseAsync();
        // What the page said without its server is not the other tests'.
        browser.ConsoleErrors.Clear();
    }

    [Fact]
    public async Task What_is_pushed_is_shown_once_and_leads_to_our_own_pages_alone()
    {
        var page = await browser.OpenAsync(system.Address);
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write", "notifications"]);
        await page.GotoAsync("/login");
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => undefined)");
        var devTools = await page.Context.NewCDPSessionAsync(page);
        var registered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        devTools.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, update) =>
        {
            foreach (var one in update!.Value.GetProperty("registrations").EnumerateArray()) // the event has them
                registered.TrySetResult(one.GetProperty("registrationId").GetString()!);
        };
        await devTools.SendAsync("ServiceWorker.enable");
        var registrationId = await registered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        foreach (var data in new[]
        {
            """{"title":"An order failed","body":"Your exit failed.","url":"/orders","tag":"1"}""",
            """{"title":"An order failed","body":"Your exit failed.","url":"/orders","tag":"1"}""",
            """{"title":"Elsewhere","body":"","url":"//example.com/orders","tag":"2"}""",
        })
            await devTools.SendAsync("ServiceWorker.deliverPushMessage", new()
            {
                ["origin"] = system.Address.GetLeftPart(UriPartial.Authority), ["registrationId"] = registrationId, ["data"] = data,
            });

        const string Shown = "navigator.serviceWorker.ready.then(worker => worker.getNotifications()).then(all => all.map(({ title, body, data }) => `${title}|${body}|${data.url}`).sort())";
        await Eventually.True(async () => (await page.EvaluateAsync<string[]>(Shown)).Length == 2, TimeSpan.FromSeconds(30),
            "both are shown");
        (await page.EvaluateAsync<string[]>(Shown)).ShouldBe(["An order failed|Your exit failed.|/orders", "Elsewhere||/"]);
        await page.CloseAsync();
    }

    [GeneratedRegex("TradeLocker", RegexOptions.None, 1000)]
    private static partial Regex TradeLockerName();

    [GeneratedRegex("tradelocker_[0-9a-f]{8}_[0-9A-Za-z]{20,}", RegexOptions.None, 1000)]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"Position closed with [+-]\$[0-9,.]+ (profit|loss)", RegexOptions.None, 1000)]
    private static partial Regex ClosedToast();
}
