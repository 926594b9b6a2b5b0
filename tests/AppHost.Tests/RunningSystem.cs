using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost.Tests;

/// <summary>The whole system under Aspire's own testing host, for the tests that look into it and kill its parts.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    public const string AdminPassword = "canary of the administrator";
    public const string StripeKey = "sk_test_canary";

    private readonly string data = Folders.New();
    private DistributedApplication? app;

    public DistributedApplication App => app ?? throw new InvalidOperationException("It has not been started.");

    public async ValueTask InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.TradeFlow_AppHost>(
        [
            $"--TRADEFLOW_DATA={data}", $"--TRADEFLOW_PORT={LocalPorts.AnyFree()}", "--Simulators:TradeLocker:Port=0",
            "--Simulators:ProjectX:Port=0", "--TRADEFLOW_WORKERS=2", "--Admin:Email=admin@example.com", $"--Admin:Password={AdminPassword}",
            $"--Stripe:SecretKey={StripeKey}", "--Stripe:WebhookSecret=whsec_canary",
            // Our own end is in order already; Aspire's need not look whether all are gone.
            "--DcpPublisher:WaitForResourceCleanup=false",
        ]);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        app = await builder.BuildAsync();
        await app.StartAsync();
        foreach (var part in new[] { "postgres", "redis", "worker", "worker-2", "api", "simulators" }) await HealthyAsync(part);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    public Task HealthyAsync(string part) => App.ResourceNotifications.WaitForResourceHealthyAsync(part).WaitAsync(AppHostProcess.Patience);

    /// <summary>The process of a part, as Aspire knows it; null while it has none.</summary>
    public int? ProcessOf(string part) =>
        App.Services.GetRequiredService<Supervisor>().Parts.Single(one => one.Name == part) is { Process: { } process } known
        && known.State == KnownResourceStates.Running ? process : null;

    public async Task<string> ConnectionAsync(string part, string variable) =>
        (await VariablesAsync(part)).Single(one => one.Key == variable).Value;

    /// <summary>What the process of a part really sees.</summary>
    public async Task<IReadOnlyDictionary<string, string>> VariablesAsync(string part)
    {
        var process = ProcessOf(part) ?? throw new InvalidOperationException($"{part} does not run.");
        return (await File.ReadAllTextAsync($"/proc/{process}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
