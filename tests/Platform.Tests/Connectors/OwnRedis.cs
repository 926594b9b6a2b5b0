using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;
using TradeFlow.EmbeddedServers;
using TradeFlow.Platform.Kernel;
using TradeFlow.Tests.Shared;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>A Redis that a test may kill.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private const string Password = "of-a-test";
    private readonly string folder = Directory.CreateTempSubdirectory("tradeflow-redis-").FullName;
    private readonly int port = LocalPorts.AnyFree();
    private readonly EmbeddedRedis server;
    private Process? process;

    private OwnRedis()
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var tools = new DataFolder(configuration, AppContext.BaseDirectory).ToolFolders;
        server = new EmbeddedRedis(folder, port, Password, kept: false, tools, configuration, _ => { });
    }

    public static async Task<OwnRedis> StartAsync()
    {
        var redis = new OwnRedis();
        (await redis.server.PrepareAsync(default)).ShouldBeTrue("there is a Redis on this machine, or one can be brought");
        await redis.BeginAsync();
        return redis;
    }

    public async Task BeginAsync()
    {
        var command = server.Command();
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            WorkingDirectory = command.Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        process = Process.Start(start).ShouldNotBeNull();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.True(async () => await server.MissingAsync(default) is null, TimeSpan.FromSeconds(60), "Redis answers");
    }

    public void Kill()
    {
        process?.Kill();
        process?.WaitForExit();
    }

    public async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var options = new ConfigurationOptions
        {
            EndPoints = { { "127.0.0.1", port } }, Password = Password, AllowAdmin = true,
            ReconnectRetryPolicy = new LinearRetry(100),
        };
        RedisBus.Configure(options);
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await Eventually.True(() => connection.IsConnected, TimeSpan.FromSeconds(30), "connected");
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
