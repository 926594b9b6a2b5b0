using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>A real Chromium: the machine's own, or the one that <c>eng/bring-chromium.sh</c> installs.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? chromium;

    /// <summary>Every error that a page of this browser wrote to its console, a refusal by the content security policy included.</summary>
    public List<string> ConsoleErrors { get; } = [];

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = await FindChromiumAsync(),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    public async Task<IPage> OpenAsync(Uri address, int width = 1440, int height = 900)
    {
        var context = await chromium!.NewContextAsync(new BrowserNewContextOptions // set in InitializeAsync
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "en-US",
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") ConsoleErrors.Add(message.Text);
        };
        return page;
    }

    /// <summary>Signed in as the trader, by the cookie that a log-in by hand leaves.</summary>
    internal async Task<IPage> OpenAsync(Uri address, Trader trader)
    {
        var page = await OpenAsync(address);
        await page.GotoAsync("/login");
        var status = await page.EvaluateAsync<int>(
            "body => fetch('/auth/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }).then(({ status }) => status)",
            JsonSerializer.Serialize(new { email = trader.Email, password = Trader.Password }));
        status.ShouldBe(200);
        // Before it nobody was signed in, and the browser notes that refusal.
        ConsoleErrors.Clear();
        return page;
    }

    /// <summary>Keeps what the page looks like where a person can look at it, when <c>TRADEFLOW_SCREENSHOTS</c> names a folder.</summary>
    public static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("TRADEFLOW_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = false });
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        playwright?.Dispose();
    }

    private static async Task<string> FindChromiumAsync()
    {
        var root = typeof(Browser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!;
        using var bring = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(root, "eng", "bring-chromium.sh")]) { RedirectStandardOutput = true })!;
        var path = (await bring.StandardOutput.ReadToEndAsync()).Trim().Split('\n')[^1];
        await bring.WaitForExitAsync();
        return bring.ExitCode == 0 && File.Exists(path)
            ? path : throw new XunitException("No Chromium: eng/bring-chromium.sh found none and could not install one.");
    }
}
