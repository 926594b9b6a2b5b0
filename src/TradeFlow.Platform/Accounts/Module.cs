using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Accounts;

public static class AccountsModule
{
    public static TBuilder AddAccountsApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddSingleton<KeyIndex>();
        builder.Services.AddSingleton<AccountDirectory>();
        return builder;
    }

    public static TBuilder AddAccountsWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<WorkerAccounts>();
        builder.Services.AddSingleton<IServedAccounts, ServedAccounts>();
        return builder;
    }
}
