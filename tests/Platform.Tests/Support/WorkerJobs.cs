using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>The recurring jobs of a Worker over a database of its own, to be run by name.</summary>
public sealed class WorkerJobs : IAsyncLifetime
{
    private readonly PlatformFixture platform = new();
    private ServiceProvider services = null!; // set in InitializeAsync, before any test

    /// <summary>What the modules have for a Worker: its Program calls each.</summary>
    internal static IReadOnlyList<MethodInfo> Parts =>
    [
        .. typeof(KernelModule).Assembly.GetTypes().Where(type => type.Name.EndsWith("Module", StringComparison.Ordinal))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method => method.Name is "AddKernel" or "AddHousekeeping" || IsForWorkers(method.Name)),
    ];

    internal static ServiceProvider Build(PlatformFixture platform, Dictionary<string, string?> settings, TimeProvider? clock = null)
    {
        var builder = new HostApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = "Development", DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(platform.ConfigurationWith(settings).AsEnumerable());
        if (clock is not null) builder.Services.AddSingleton(clock);
        foreach (var part in Parts) part.MakeGenericMethod(typeof(HostApplicationBuilder)).Invoke(null, [builder]);
        return builder.Services.BuildServiceProvider();
    }

    public async ValueTask InitializeAsync()
    {
        await platform.InitializeAsync();
        services = Build(platform, []);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await platform.DisposeAsync();
    }

    /// <returns>What the job says that it has done.</returns>
    internal Task<long> RunAsync(string job) =>
        services.GetServices<IRecurringJob>().Single(one => one.Name == job).RunAsync(CancellationToken.None);

    internal Task<List<Month>> MonthsAsync(string table) => services.GetRequiredService<Months>().ListAsync(table, CancellationToken.None);

    internal async Task ExecuteAsync(string sql)
    {
        await using var command = platform.Database.System.CreateCommand(sql);
        command.CommandTimeout = 60;
        await command.ExecuteNonQueryAsync();
    }

    internal Task EmptyAsync(string table) => PlatformFixture.ExecuteAsync(platform.OwnerConnection, $"truncate {table} cascade");

    internal async Task<long> CountAsync(string table)
    {
        await using var command = platform.Database.System.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync())!; // count(*) is never null
    }

    private static bool IsForWorkers(string name) =>
        name.StartsWith("Add", StringComparison.Ordinal) && name.EndsWith("Worker", StringComparison.Ordinal);
}
