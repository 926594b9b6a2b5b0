using Microsoft.Playwright;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>A passkey from its making to the log-in with it, with a device that Chromium plays.</summary>
[Collection(SystemCollection.Name)]
public sealed class PasskeyTests(RunningSystem system, Browser browser) : IClassFixture<Browser>
{
    [Fact]
    [Trait("Control", "A6")]
    public async Task Somebody_adds_a_passkey_and_logs_in_with_it_alone()
    {
        var page = await browser.OpenAsync(system.Address);
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("WebAuthn.enable");
        await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true,
                ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });

        await page.GotoAsync("/signup");
        await page.GetByLabel("Name").FillAsync("Paula Passkey");
        await page.GetByLabel("E-mail").FillAsync($"paula-{Guid.NewGuid():N}@example.com");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("correct horse battery");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();

        await page.GotoAsync("/settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add passkey" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("What do you call this device?").FillAsync("Test laptop");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove passkey Test laptop" })).ToBeVisibleAsync();
        await Browser.KeepAsync(page, "passkeys");

        // Without its refresh cookie the browser is nobody's.
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        browser.ConsoleErrors.Where(error => !error.Contains("401", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
