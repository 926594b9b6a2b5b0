using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace TradeFlow.Platform.Kernel;

public static class KernelModule
{
    /// <summary>What every process of the platform needs: keys, database, bus, clock.</summary>
    public static TBuilder AddKernel<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<SecretBox>();
        builder.Services.AddSingleton<Database>();
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddSingleton<RedisBus>();
        builder.Services.AddScoped<TenantContext>();
        builder.Services.AddScoped<TenantDb>();
        return builder;
    }
}
