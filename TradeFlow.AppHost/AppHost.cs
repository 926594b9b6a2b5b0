using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

var builder = DistributedApplication.CreateBuilder(args);
var root = Path.GetFullPath("..", builder.AppHostDirectory);

// Secrets come from Parameters__master-key and so on; the embedded engine makes and keeps those that nobody set.
var masterKey = builder.AddParameter("master-key", secret: true);
var postgresPassword = builder.AddParameter("postgres-password", secret: true);

var postgres = builder.AddPostgres("postgres", password: postgresPassword).WithDataVolume();
var database = postgres.AddDatabase("tradeflow");
var redis = builder.AddRedis("redis").WithDataVolume().WithPersistence();

// Runs to its end: the Api serves what it writes. Nothing waits for it, so that signals are taken while pages are built.
var dist = Directory.CreateDirectory(Path.Combine(root, "src", "TradeFlow.Dashboard", "dist")).FullName;
var dashboard = builder.AddJavaScriptApp("dashboard", "../src/TradeFlow.Dashboard", "build").WithNpm(installCommand: "ci").WithArgs("--logLevel", "warn");

var api = builder.AddProject<Projects.TradeFlow_Api>("api", launchProfileName: null)
    .WithHttpEndpoint(port: Port("TRADEFLOW_PORT"), isProxied: false)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(database).WaitFor(database)
    .WithReference(redis).WaitFor(redis)
    .WithEnvironment("Dashboard__Path", dist)
    .PublishWithContainerFiles(dashboard, "wwwroot");
AddCommonSettings(api);

var worker = builder.AddProject<Projects.TradeFlow_Worker>("worker", launchProfileName: null)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(database).WaitFor(database)
    .WithReference(redis).WaitFor(redis);
AddCommonSettings(worker);

if (builder.Environment.IsDevelopment())
{
    var simulators = builder.AddProject<Projects.TradeFlow_Simulators>("simulators", launchProfileName: null)
        .WithHttpEndpoint(port: Port("Simulators:TradeLocker:Port"), name: "tradelocker", env: "Simulators__TradeLocker__Port", isProxied: false)
        .WithHttpEndpoint(port: Port("Simulators:ProjectX:Port"), name: "projectx", env: "Simulators__ProjectX__Port", isProxied: false)
        .WithHttpHealthCheck("/__sim/calls", endpointName: "tradelocker");

    UseSimulator("Brokers__tradelocker__SimUrl", () => simulators.GetEndpoint("tradelocker").Url + "/tradelocker/backend-api");
    UseSimulator("Brokers__topstep__SimApiUrl", () => simulators.GetEndpoint("projectx").Url);
    UseSimulator("Brokers__topstep__SimUserHubUrl", () => simulators.GetEndpoint("projectx").Url + "/hubs/user");
    UseSimulator("Brokers__topstep__SimMarketHubUrl", () => simulators.GetEndpoint("projectx").Url + "/hubs/market");
}

builder.Build().Run();

void AddCommonSettings(IResourceBuilder<ProjectResource> project) => project
    .WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
    .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
    .WithEnvironment("Secrets__MasterKey", masterKey)
    // The built plugins, and the folder into which a plugin can be dropped while the system runs.
    .WithEnvironment("Plugins__Directories__0", Path.Combine(root, "artifacts", "plugins"))
    .WithEnvironment("Plugins__Directories__1", Path.Combine(root, "plugins"));

// An address in the AppHost's own environment reaches the children by itself and wins.
void UseSimulator(string variable, Func<string> address)
{
    if (!string.IsNullOrEmpty(builder.Configuration[variable.Replace("__", ":", StringComparison.Ordinal)])) return;
    api.WithEnvironment(variable, address);
    worker.WithEnvironment(variable, address);
}

// 0 lets the engine choose.
int? Port(string key) => builder.Configuration.GetValue<int>(key) is > 0 and var port ? port : null;
