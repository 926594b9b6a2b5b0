using TradeFlow.Api.Hosting;
using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Alerts;
using TradeFlow.Platform.Billing;
using TradeFlow.Platform.Connectors;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live;
using TradeFlow.Platform.Risk;
using TradeFlow.Platform.Tenancy;
using TradeFlow.Platform.Trading;
using TradeFlow.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWebDefaults();
builder.AddKernel();
builder.AddTenancyApi();
builder.AddBillingApi();
builder.AddConnectorsApi();
builder.AddAccountsApi();
builder.AddTradingApi();
builder.AddLiveApi();
builder.AddRiskApi();
builder.AddAlertsApi();

var app = builder.Build();

app.UseWebDefaults();
app.MapDefaultEndpoints();
app.MapDocs();
app.MapTenancy();
app.MapConnectors();
app.MapAccounts();
app.MapBilling();
app.MapTrading();
app.MapLive();
app.MapRisk();
app.MapAlerts();
await app.RunAsync();
