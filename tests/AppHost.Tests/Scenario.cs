using Aspire.Hosting;

namespace TradeFlow.AppHost.Tests;

/// <summary>Small systems that the tests start in a process of their own.</summary>
internal static class Scenario
{
    internal static async Task<int> RunAsync(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args[1..]);
        switch (args[0])
        {
            case "servers":
                builder.AddPostgres("postgres").WithDataVolume().AddDatabase("tradeflow");
                builder.AddRedis("redis").WithDataVolume();
                break;
            case "family":
                // A shell with a child of its own, as npm has.
                builder.AddExecutable("family", "/bin/sh", ".", "-c", "sleep 4711 & sleep 4711 & wait").WithHttpEndpoint();
                builder.AddRedis("redis");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(args), args[0], "no such scenario");
        }

        await using var app = builder.Build();
        await app.RunAsync();
        return Environment.ExitCode;
    }
}
