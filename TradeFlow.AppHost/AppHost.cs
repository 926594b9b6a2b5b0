using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using TradeFlow.AppHost;
using TradeFlow.EmbeddedServers;

try
{
    using var start = new InterruptibleStart();
    Surroundings.Choose();
    var builder = DistributedApplication.CreateBuilder(args);
    var root = Path.GetFullPath("..", builder.AppHostDirectory);
    using var data = new DataFolder(builder.Configuration, builder.AppHostDirectory);
    data.Open();
    var ports = new PortCheck(builder.Configuration, data);
    builder.AddRunning(data);

    var masterKey = builder.AddKeptSecret("master-key", data);
    var servers = builder.Configuration["Servers"] is "container"
        ? ContainerDataServers.Add(builder, data)
        : await EmbeddedDataServers.AddAsync(builder, data, start.Token);

    // Runs to its end, and is the only one that ever holds the owner's connection string.
    var migrations = builder.AddProject<Projects.TradeFlow_Worker>("migrations", launchProfileName: null)
        .StartedDirectly("TradeFlow.Worker").WithArgs("migrate")
        .WithEnvironment("ConnectionStrings__tradeflow_owner", servers.OwnerAddress)
        .WithEnvironment("ConnectionStrings__tradeflow_app", servers.AppAddress)
        .WithEnvironment("ConnectionStrings__tradeflow_system", servers.SystemAddress);
    if (servers.Postgres is { } postgres) migrations.WaitFor(postgres);

    // The Api serves what it writes. Nothing waits for it, so that signals are taken while pages are built.
    var dist = DashboardBuild.Add(builder, Path.Combine(root, "src", "TradeFlow.Dashboard"));

    var api = builder.AddProject<Projects.TradeFlow_Api>("api", launchProfileName: null).StartedDirectly("TradeFlow.Api")
        .WithHttpEndpoint(port: ports.Take("api", "TRADEFLOW_PORT"), isProxied: false)
        .WithExternalHttpEndpoints()
        .WithEnvironment("Dashboard__Path", dist)
        .WithEnvironment("Mail__Folder", Path.Combine(data.Root, "mail"))
        .WithSettings(ChildSettings.Api, builder.Configuration);
    AddCommon(api);

    List<IResourceBuilder<ProjectResource>> workers = [];
    for (var number = 1; number <= Math.Max(1, builder.Configuration.GetValue("TRADEFLOW_WORKERS", 1)); number++)
    {
        var name = number == 1 ? "worker" : $"worker-{number}";
        var worker = builder.AddProject<Projects.TradeFlow_Worker>(name, launchProfileName: null).StartedDirectly("TradeFlow.Worker")
            .WithHttpEndpoint(port: data.Port(name), isProxied: false)
            .WithEnvironment("Mail__Folder", Path.Combine(data.Root, "mail"))
            .WithSettings(ChildSettings.Worker, builder.Configuration)
            // Where the other Workers and the Api find it. A Worker that comes back is found where it was.
            .WithEndpoint(port: data.Port($"{name}-silo"), scheme: "tcp", name: "silo", env: "Cluster__SiloPort", isProxied: false)
            .WithEndpoint(port: data.Port($"{name}-gateway"), scheme: "tcp", name: "gateway", env: "Cluster__GatewayPort",
                isProxied: false);
        AddCommon(worker);
        workers.Add(worker);
    }

    if (builder.Environment.IsDevelopment())
    {
        var simulators = builder.AddProject<Projects.TradeFlow_Simulators>("simulators", launchProfileName: null)
            .StartedDirectly("TradeFlow.Simulators")
            .WithSettings(ChildSettings.Simulators, builder.Configuration)
            // After the settings: 0 there stands for a port that we choose.
            .WithHttpEndpoint(port: ports.Take("simulators", "Simulators:TradeLocker:Port"), name: "tradelocker",
                env: "Simulators__TradeLocker__Port", isProxied: false)
            .WithHttpEndpoint(port: ports.Take("simulators", "Simulators:ProjectX:Port"), name: "projectx",
                env: "Simulators__ProjectX__Port", isProxied: false)
            .WithHttpHealthCheck("/__sim/calls", endpointName: "tradelocker")
            .WithAnnotation(new KeepRunningAnnotation());

        UseSimulator("Brokers__tradelocker__SimUrl",
            ReferenceExpression.Create($"{simulators.GetEndpoint("tradelocker")}/tradelocker/backend-api"));
        UseSimulator("Brokers__topstep__SimApiUrl", ReferenceExpression.Create($"{simulators.GetEndpoint("projectx")}"));
        UseSimulator("Brokers__topstep__SimUserHubUrl", ReferenceExpression.Create($"{simulators.GetEndpoint("projectx")}/hubs/user"));
        UseSimulator("Brokers__topstep__SimMarketHubUrl", ReferenceExpression.Create($"{simulators.GetEndpoint("projectx")}/hubs/market"));
    }

    await ports.CheckAsync(start.Token);
    await using var app = builder.Build();
    // All that anybody needs was read. What is started from here on inherits the rest, and no secret of anybody.
    CommonVariables.Keep();
    start.Over();
    await app.RunAsync();

    void AddCommon(IResourceBuilder<ProjectResource> project) => project
        .WithHttpHealthCheck("/health")
        .WithAnnotation(new KeepRunningAnnotation())
        .WaitForCompletion(migrations)
        .WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("ConnectionStrings__tradeflow_app", servers.AppAddress)
        .WithEnvironment("ConnectionStrings__tradeflow_system", servers.SystemAddress)
        .WithEnvironment("ConnectionStrings__redis", servers.RedisAddress)
        .WithEnvironment("Secrets__MasterKey", masterKey)
        // The built plugins, and the folder into which a plugin can be dropped while the system runs.
        .WithEnvironment("Plugins__Directories__0", Path.Combine(root, "artifacts", "plugins"))
        .WithEnvironment("Plugins__Directories__1", Path.Combine(root, "plugins"));

    // An address that somebody has set is handed over by its name, and wins.
    void UseSimulator(string variable, ReferenceExpression address)
    {
        if (!string.IsNullOrEmpty(builder.Configuration[variable.Replace("__", ":", StringComparison.Ordinal)])) return;
        foreach (var project in workers.Prepend(api)) project.WithEnvironment(variable, address);
    }
}
catch (OperationCanceledException)
{
    // Ctrl+C while the servers were being prepared.
}
catch (StartException fault)
{
    Console.WriteLine($"{Environment.NewLine}TradeFlow cannot start. {fault.Message}");
    Environment.ExitCode = 1;
}

return Environment.ExitCode;
