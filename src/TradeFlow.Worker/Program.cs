using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Connectors;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy;
using TradeFlow.Platform.Trading;
using TradeFlow.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
if (args is ["lock-plugins"])
{
    foreach (var written in ConnectorsModule.LockPlugins(builder.Configuration)) Console.WriteLine($"Wrote {written}");
    return;
}
if (args is ["verify-audit"])
{
    Environment.ExitCode = await TenancyModule.VerifyAuditAsync(builder.Configuration, Console.Out, CancellationToken.None);
    return;
}

builder.AddServiceDefaults();
builder.AddKernel();
builder.AddAccountsWorker();
builder.AddConnectorsWorker();
builder.AddTradingWorker();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.Services.GetRequiredService<Migrator>().RunAsync(app.Lifetime.ApplicationStopping);
await app.RunAsync();
