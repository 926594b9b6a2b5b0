using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TradeFlow.Platform.Kernel;

public static class KernelModule
{
    /// <summary>What every process of the platform needs: keys, database, bus, clock.</summary>
    public static TBuilder AddKernel<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        // Each statement at Information would fill the log and say nothing.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<SecretBox>();
        builder.Services.AddSingleton<Database>();
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddSingleton<RedisBus>();
        builder.Services.AddSingleton<PublicAddress>();
        builder.Services.AddSingleton<FailureLimits>();
        builder.Services.AddScoped<TenantContext>();
        builder.Services.AddScoped<TenantDb>();
        return builder;
    }
}
