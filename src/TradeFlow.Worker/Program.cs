using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Alerts;
using TradeFlow.Platform.Billing;
using TradeFlow.Platform.Connectors;
using TradeFlow.Platform.Delivery;
using TradeFlow.Platform.Insights;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Live;
using TradeFlow.Platform.OAuth;
using TradeFlow.Platform.Outgoing;
using TradeFlow.Platform.Rights;
using TradeFlow.Platform.Risk;
using TradeFlow.Platform.Strategies;
using TradeFlow.Platform.Tenancy;
using TradeFlow.Platform.Trading;
using TradeFlow.ServiceDefaults;
using TradeFlow.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddSecretFiles();
if (args is ["lock-plugins"])
{
    foreach (var written in ConnectorsModule.LockPlugins(builder.Configuration)) Console.WriteLine($"Wrote {written}");
    return;
}
if (args is ["promote-admin", .. var rest])
{
    Environment.ExitCode = await PromoteAdminCommand.RunAsync(rest, builder.Configuration, CancellationToken.None);
    return;
}
if (args is ["verify-audit"])
{
    try
    {
        Environment.ExitCode = await TenancyModule.VerifyAuditAsync(builder.Configuration, Console.Out, CancellationToken.None);
    }
    catch (Exception e) when (e is InvalidOperationException or MasterKeyException or Npgsql.NpgsqlException)
    {
        // Not checked is neither sound nor broken.
        Console.Error.WriteLine($"The audit log could not be read: {e.Message}");
        Environment.ExitCode = 2;
    }
    return;
}

if (args is ["recompute-trades"] or ["recompute-trades", "--repair"])
{
    try
    {
        Environment.ExitCode = await InsightsModule.RecomputeAsync(
            builder.Configuration, args.Contains("--repair"), Console.Out, CancellationToken.None);
    }
    catch (Exception e) when (e is InvalidOperationException or Npgsql.NpgsqlException)
    {
        Console.Error.WriteLine($"The trades could not be read: {e.Message}");
        Environment.ExitCode = 2;
    }
    return;
}

builder.AddServiceDefaults();
// Under Aspire other words stand before it.
if (args is [.., "migrate"])
{
    await using var host = builder.Build();
    await new Migrator(builder.Configuration, host.Services.GetRequiredService<ILogger<Migrator>>()).RunAsync(CancellationToken.None);
    return;
}

builder.AddKernel();
builder.AddHousekeeping();
builder.AddOutgoingWorker();
builder.AddTenancyWorker();
builder.AddOAuthWorker();
builder.AddBillingWorker();
builder.AddAccountsWorker();
builder.AddConnectorsWorker();
builder.AddTradingWorker();
builder.AddLiveWorker();
builder.AddDeliveryWorker();
builder.AddRiskWorker();
builder.AddAlertsWorker();
builder.AddInsightsWorker();
builder.AddStrategiesWorker();
builder.AddRightsWorker();

var app = builder.Build();
if (!await app.HasKeysAsync(Console.Error)) return;
if (args is ["rotate-keys"])
{
    try
    {
        Environment.ExitCode = await app.RotateKeysAsync(Console.Out, CancellationToken.None);
    }
    catch (Npgsql.NpgsqlException e)
    {
        Console.Error.WriteLine($"Not done, and nothing is lost: run it again. {e.Message}");
        Environment.ExitCode = 2;
    }
    return;
}

app.MapDefaultEndpoints();
await app.RunAsync();
