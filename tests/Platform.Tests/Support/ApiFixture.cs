using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>The real Api over a database of its own (<c>IClassFixture&lt;ApiFixture&gt;</c>), with limits out of the way and a cheap password hash.</summary>
public class ApiFixture : IAsyncLifetime
{
    private readonly List<IDisposable> owned = [];

    public PlatformFixture Platform { get; } = new();
    public WebApplicationFactory<Program> Factory { get; private set; } = null!; // set in InitializeAsync, before any test

    /// <summary>Settings on top of the common ones.</summary>
    protected virtual Dictionary<string, string?> More => [];

    public async Task InitializeAsync()
    {
        await Platform.InitializeAsync();
        Factory = NewFactory(More);
        _ = Factory.Server;
    }

    /// <summary>A second replica over the same database.</summary>
    public WebApplicationFactory<Program> NewFactory(Dictionary<string, string?> more)
    {
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Development");
            var settings = Platform.Settings;
            settings["RateLimits:SignIn"] = "100000";
            settings["RateLimits:Api"] = "100000";
            settings["Passwords:Iterations"] = "1000";
            foreach (var (key, value) in more) settings[key] = value;
            foreach (var (key, value) in settings) host.UseSetting(key, value);
        });
        owned.Add(factory);
        return factory;
    }

    public HttpClient NewClient() => NewClient(Factory);

    public static HttpClient NewClient(WebApplicationFactory<Program> factory) =>
        factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });

    public T Service<T>() where T : notnull => Factory.Services.GetRequiredService<T>();

    /// <summary>SQL as the owner of the database, past every wall.</summary>
    public Task ExecuteAsync(string sql) => PlatformFixture.ExecuteAsync(Platform.OwnerConnection, sql);

    /// <summary>One value, read with the system role.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var command = Platform.Database.System.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public async Task DisposeAsync()
    {
        foreach (var one in owned) one.Dispose();
        await Platform.DisposeAsync();
    }
}
