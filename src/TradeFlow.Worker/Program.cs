using TradeFlow.Platform.Connectors;
using TradeFlow.Platform.Kernel;
using TradeFlow.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddKernel();
builder.AddConnectorsWorker();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.Services.GetRequiredService<Migrator>().RunAsync(app.Lifetime.ApplicationStopping);
await app.RunAsync();
