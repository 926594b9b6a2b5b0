using TradeFlow.Platform.Kernel;

var builder = WebApplication.CreateBuilder(args);
builder.AddKernel();

var app = builder.Build();
await app.Services.GetRequiredService<Migrator>().RunAsync(app.Lifetime.ApplicationStopping);
await app.RunAsync();
