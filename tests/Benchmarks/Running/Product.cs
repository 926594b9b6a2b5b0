using TradeFlow.EmbeddedServers;

namespace TradeFlow.Benchmarks.Running;

/// <summary>Api and Worker as they are shipped, in Production, on a database of their own.</summary>
internal sealed class Product : IAsyncDisposable
{
    private readonly string root;
    private readonly Dictionary<string, string> settings;
    private Child? worker;

    private Product(string root, Dictionary<string, string> settings, Child api, Uri address) =>
        (this.root, this.settings, Api, Address) = (root, settings, api, address);

    public static string MasterKey { get; } = Convert.ToBase64String(new byte[32].Select((_, at) => (byte)at).ToArray());

    public Child Worker => worker ?? throw new InvalidOperationException("The Api runs alone.");
    public Child Api { get; }
    public Uri Address { get; }

    /// <summary>Api and one Worker, healthy.</summary>
    public static async Task<Product> StartAsync(Servers servers, string database, string root, Uri broker)
    {
        var product = await StartApiAsync(servers, database, root);
        try
        {
            product.worker = await product.StartWorkerAsync("Worker",
                new Dictionary<string, string> { ["Brokers__bench__ApiUrl"] = broker.ToString() });
            await product.IsReadyAsync();
            return product;
        }
        catch
        {
            if (product.worker is { } started) await started.DisposeAsync();
            await product.Api.DisposeAsync();
            throw;
        }
    }

    /// <summary>The Api alone. A Worker that is started beside it is its starter's to end.</summary>
    public static async Task<Product> StartApiAsync(Servers servers, string database, string root)
    {
        await MigrateAsync(servers, database, root);

        var plugins = Path.Combine(servers.Folder, "plugins");
        Copy(Path.Combine(root, "artifacts", "plugins", "Paper"), Path.Combine(plugins, "Paper"));
        Copy(Path.Combine(root, "artifacts", "sample-plugins", "Bench"), Path.Combine(plugins, "Bench"));

        var apiPort = LocalPorts.AnyFree();
        var settings = servers.AddressesOf(database);
        settings.Remove("ConnectionStrings__tradeflow_owner");
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Production", ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["PublicUrl"] = $"http://127.0.0.1:{apiPort}", ["Proxies"] = "none",
            ["Secrets__MasterKey"] = MasterKey,
            ["Plugins__Directories__0"] = plugins,
            ["Plugins__RequireSignature"] = "false",
            // Nobody sends as fast as this run does; what the limits cost is in it all the same.
            ["RateLimits__SignIn"] = "100000", ["Live__SocketsPerUser"] = "1000", ["RateLimits__Api"] = "100000",
            ["RateLimits__Webhook__PerSecond"] = "100000", ["RateLimits__Webhook__Burst"] = "100000",
            ["Billing__Plans__trial__Brokers"] = "unlimited", ["Billing__Plans__trial__AccountsPerBroker"] = "unlimited",
            ["Billing__Plans__trial__Trades"] = "unlimited", ["Logging__LogLevel__Default"] = "Warning",
        }) settings[key] = value;
        var address = new Uri($"http://127.0.0.1:{apiPort}");
        return new Product(root, settings, await StartAsync("Api", "Api", root, settings, apiPort, "alive"), address);
    }

    /// <summary>Returns when people may come: a Worker has told its brokers.</summary>
    public async Task IsReadyAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        await Api.UntilAsync(() => AnswersAsync(http, Address.Port, "health"), TimeSpan.FromSeconds(120));
    }

    /// <summary>A Worker beside those that run, healthy.</summary>
    public Task<Child> StartWorkerAsync(string name, IReadOnlyDictionary<string, string> more) =>
        StartAsync(name, "Worker", root, settings.Concat(more).ToDictionary(one => one.Key, one => one.Value), LocalPorts.AnyFree());

    private static async Task<Child> StartAsync(
        string name, string program, string root, IReadOnlyDictionary<string, string> settings, int port, string probe = "health")
    {
        var child = Child.Start(name, "dotnet", [Program(root, program)], root,
            new Dictionary<string, string>(settings) { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}" });
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            await child.UntilAsync(() => AnswersAsync(http, port, probe), TimeSpan.FromSeconds(240));
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty database of the product, without the product.</summary>
    public static async Task MigrateAsync(Servers servers, string database, string root)
    {
        await servers.MakeAsync(database);
        var addresses = servers.AddressesOf(database);
        await using var migration = Child.Start("migrate", "dotnet", [Program(root, "Worker"), "migrate"], root, addresses);
        await migration.EndAsync();
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TradeFlow.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run it from the repository.");
        return folder;
    }

    private static string Program(string root, string name) =>
        Path.Combine(root, "src", $"TradeFlow.{name}", "bin", "Release", "net10.0", $"TradeFlow.{name}.dll");

    // The two that are measured, and none of the others that were built.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, int port, string probe)
    {
        try
        {
            return (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{probe}"))).IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        if (worker is not null) await worker.DisposeAsync();
    }
}
