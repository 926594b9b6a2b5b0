using Aspire.Hosting;
using Microsoft.AspNetCore.Builder;

namespace TradeFlow.AppHost.Tests;

/// <summary>Small systems, and a small web program, that the tests start in a process of their own.</summary>
internal static class Scenario
{
    internal static async Task<int> RunAsync(string[] args)
    {
        if (args[0] == "web") return await ServeAsync();

        var builder = DistributedApplication.CreateBuilder(args[1..]);
        switch (args[0])
        {
            case "servers":
                builder.AddPostgres("postgres").WithDataVolume().AddDatabase("tradeflow");
                builder.AddRedis("redis").WithDataVolume();
                break;
            case "family":
                // A shell with a child of its own, as npm has.
                builder.AddExecutable("family", "/bin/sh", ".", "-c", "sleep 4711 & wait").WithHttpEndpoint();
                builder.AddRedis("redis");
                break;
            case "port":
                builder.AddRedis("redis", port: builder.Configuration["WANTED_PORT"] is { } port ? int.Parse(port, null) : 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(args), args[0], "no such scenario");
        }

        await builder.Build().RunAsync();
        return Environment.ExitCode;
    }

    private static async Task<int> ServeAsync()
    {
        var app = WebApplication.CreateBuilder().Build();
        app.MapGet("/health", () => "ok");
        app.MapGet("/process", () => Environment.ProcessId);
        app.MapGet("/environment/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
        await app.RunAsync();
        return 0;
    }
}
