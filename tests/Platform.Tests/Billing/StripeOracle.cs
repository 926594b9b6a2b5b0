using System.Diagnostics;
using System.Text.Json;

namespace TradeFlow.Platform.Tests.Billing;

/// <summary>
/// Stripe's own library (npm <c>stripe</c>, tests/Stripe.Oracle) in a process of its own: what it signs, accepts and sends is what Stripe
/// signs, accepts and is sent.
/// </summary>
internal sealed class StripeOracle : IDisposable
{
    private static readonly Lazy<Task<StripeOracle>> Shared = new(StartAsync);
    private readonly SemaphoreSlim turn = new(1);
    private readonly Process process;

    private StripeOracle(Process process)
    {
        this.process = process;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public static Task<StripeOracle> GetAsync() => Shared.Value;

    public static string Folder { get; } = Path.Combine(Root(), "tests", "Stripe.Oracle");

    public async Task<string> SignAsync(string payload, string secret, DateTimeOffset at) =>
        (await AskAsync(new { op = "sign", payload, secret, timestamp = at.ToUnixTimeSeconds() })).GetString()!; // it answers a header

    public async Task<bool> AcceptsAsync(string payload, string secret, string header) =>
        (await AskAsync(new { op = "verify", payload, secret, header })).GetBoolean();

    /// <summary>The request that the library makes of a call: <c>method</c>, <c>path</c>, <c>headers</c> and <c>body</c>.</summary>
    public Task<JsonElement> RequestAsync(string call, object[] args, string? key) => AskAsync(new { op = "request", call, args, key });

    private async Task<JsonElement> AskAsync(object request)
    {
        await turn.WaitAsync();
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
            await process.StandardInput.FlushAsync();
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
            return JsonElement.Parse(
                line ?? throw new InvalidOperationException("The oracle has ended: " + await process.StandardError.ReadToEndAsync()));
        }
        finally
        {
            turn.Release();
        }
    }

    private static async Task<StripeOracle> StartAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "stripe")))
        {
            using var install = Start("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            _ = install.StandardError.ReadToEndAsync();
            await install.StandardOutput.ReadToEndAsync();
            await install.WaitForExitAsync();
            install.ExitCode.ShouldBe(0, "npm ci in tests/Stripe.Oracle");
        }
        return new StripeOracle(Start("node", "oracle.mjs"));
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "TradeFlow.sln"))) return folder.FullName;
        throw new InvalidOperationException("TradeFlow.sln is not above the tests.");
    }

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close(); // it ends with its input
            if (!process.WaitForExit(1000)) process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
        process.Dispose();
    }
}
