using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>
/// The real Api over a database of its own (<c>IClassFixture&lt;ApiFixture&gt;</c>), with limits out of the way and a cheap password hash.
/// </summary>
public class ApiFixture : IAsyncLifetime
{
    private readonly List<IDisposable> owned = [];

    public PlatformFixture Platform { get; } = new();
    public WebApplicationFactory<Program> Factory { get; private set; } = null!; // set in InitializeAsync, before any test

    /// <summary>The lanes, where the test has no cluster for them.</summary>
    protected virtual IGrainFactory? Grains => RigWorkers.GrainsOf(Platform);

    /// <summary>It looks for Workers, which costs each replica a second of a processor. Where none runs nobody misses it.</summary>
    protected virtual bool LooksForWorkers => false;

    /// <summary>Settings on top of the common ones.</summary>
    protected virtual Dictionary<string, string?> More => [];

    public async ValueTask InitializeAsync()
    {
        await Platform.InitializeAsync();
        Factory = NewFactory(More);
        _ = Factory.Server;
    }

    /// <summary>A second replica over the same database.</summary>
    public WebApplicationFactory<Program> NewFactory(
        Dictionary<string, string?> more, string environment = "Development", LogLines? logs = null)
    {
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment(environment);
            host.ConfigureTestServices(services =>
            {
                services.AddSingleton(provider => new WorkerCalls(
                    () => provider.GetRequiredService<ClientLink>().Grains ?? Grains, NullLogger<WorkerCalls>.Instance));
                if (!LooksForWorkers) services.Remove(services.Single(IsLookForWorkers));
                Platform.Lend(services, more.Keys);
            });
            if (logs is not null) host.ConfigureLogging(logging => logging.AddProvider(logs));
            var settings = Platform.Settings;
            settings["RateLimits:SignIn"] = "100000";
            settings["RateLimits:Api"] = "100000";
            settings["RateLimits:Failures"] = "100000";
            settings["Passwords:Iterations"] = "1000";
            foreach (var (key, value) in more) settings[key] = value;
            // null: as if it were not set.
            foreach (var (key, value) in settings)
                if (value is not null) host.UseSetting(key, value);
        });
        owned.Add(factory);
        return factory;
    }

    private static bool IsLookForWorkers(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationFactory?.Method.ReturnType == typeof(ClientLink);

    /// <summary>A replica that listens on a port of this machine, for what only a real connection shows.</summary>
    public WebApplicationFactory<Program> NewServer(Dictionary<string, string?> more)
    {
        var factory = NewFactory(new(more) { ["urls"] = "http://127.0.0.1:0" });
        factory.UseKestrel();
        factory.StartServer();
        return factory;
    }

    public HttpClient NewClient() => NewClient(Factory);

    public static HttpClient NewClient(WebApplicationFactory<Program> factory) =>
        factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false,
            BaseAddress = factory.ClientOptions.BaseAddress });

    public T Service<T>() where T : notnull => Factory.Services.GetRequiredService<T>();

    /// <summary>SQL as the owner of the database, past every wall.</summary>
    public Task ExecuteAsync(string sql) => PlatformFixture.ExecuteAsync(Platform.OwnerConnection, sql);

    /// <summary>One value, read with the system role.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var command = Platform.Database.System.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>As if a Worker had told it: the Api knows the broker.</summary>
    public async Task AddBrokerAsync(string slug, string version, string manifest)
    {
        await ExecuteAsync($"""
            insert into connectors.plugins (slug, version, manifest, state, sha256, folder)
            values ('{slug}', '{version}', $m${manifest}$m$, 'Active', 'x', 'x') on conflict do nothing
            """);
        await Service<PluginCatalogue>().ReloadAsync(CancellationToken.None);
    }

    public async Task AddPaperAsync() =>
        await AddBrokerAsync("paper", "1.0.0",
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "plugins", "Paper", "connector.json")));

    /// <summary>As after the link in the mail.</summary>
    public Task VerifyAsync(Person person) => ExecuteAsync($"update tenancy.users set verified_at = now() where id = '{person.UserId}'");

    /// <summary>Gives the role, and waits until this process has noticed.</summary>
    public async Task MakeAdministratorAsync(Person person)
    {
        await ExecuteAsync($"update tenancy.users set role = 'admin' where id = '{person.UserId}'");
        await Eventually.True(async () => (await person.GetAsync("/api/user/me")).Text("role") == "admin"
            && (await person.GetAsync("/api/admin/audit")).Status != HttpStatusCode.NotFound,
            TimeSpan.FromSeconds(10), "the role is known");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned) one.Dispose();
        await Platform.DisposeAsync();
    }
}
