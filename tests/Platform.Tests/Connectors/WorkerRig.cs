using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Connectors;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>
/// The connectors of a Worker on plugin folders and accounts of the test's own; with them what the Api has of the module.
/// </summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private readonly IHost worker;
    private readonly IHost api;

    private WorkerRig(IHost worker, IHost api, PluginFolders folders, TestAccounts accounts) =>
        (this.worker, this.api, Folders, Accounts) = (worker, api, folders, accounts);

    /// <summary>The questions of the Api, as they cross.</summary>
    public required IReadOnlyCollection<(Type Desk, object Key, BrokerQuestion Question)> Asked { get; init; }

    public PluginFolders Folders { get; }
    public TestAccounts Accounts { get; }
    public PluginHost Plugins => worker.Services.GetRequiredService<PluginHost>();
    public T Worker<T>() where T : notnull => worker.Services.GetRequiredService<T>();

    /// <summary>An account whose lane has begun here.</summary>
    internal SessionAccount AddServed(string behaviour = "")
    {
        var account = Accounts.Add(behaviour);
        Worker<AccountSessions>().Serve(account.Account);
        return account;
    }

    /// <summary>The session of an account, as a lane that has begun asks for it.</summary>
    internal ValueTask<AccountSession> SessionAsync(AccountId account, CancellationToken ct)
    {
        Worker<AccountSessions>().Serve(account);
        return Worker<AccountSessions>().GetAsync(account, ct);
    }

    public T Api<T>() where T : notnull => api.Services.GetRequiredService<T>();

    public static async Task<WorkerRig> StartAsync(
        PlatformFixture fixture, Action<PluginFolders>? drop = null, string environment = "Development",
        Dictionary<string, string?>? settings = null, Action<IServiceProvider, TestAccounts>? beforeStart = null)
    {
        // One catalogue per rig: rows of another rig's folders would be shown as well.
        await PlatformFixture.ExecuteAsync(fixture.OwnerConnection,
            "truncate connectors.plugins, connectors.instruments, connectors.connector_state");
        var folders = new PluginFolders();
        drop?.Invoke(folders);
        var accounts = new TestAccounts();
        var all = new Dictionary<string, string?>
        {
            ["Plugins:Directories:0"] = folders.Location,
            ["Plugins:ShadowPath"] = folders.Shadow,
            ["Plugins:PollSeconds"] = "0.2",
            ["Plugins:SettleSeconds"] = "0.1",
            // Faster, and a test can look into them. PluginProcessTests run them as the product does.
            ["Plugins:Processes"] = "None",
        };
        foreach (var (key, value) in fixture.Settings) all[key] = value;
        foreach (var (key, value) in settings ?? []) all[key] = value;
        var worker = Build(all, environment, builder =>
        {
            fixture.Lend(builder.Services, (settings ?? []).Keys);
            builder.Services.AddSingleton<IServedAccounts>(accounts);
            builder.AddConnectorsWorker();
        });
        var asked = new ConcurrentQueue<(Type Desk, object Key, BrokerQuestion Question)>();
        var api = Build(all, environment, builder =>
        {
            fixture.Lend(builder.Services, (settings ?? []).Keys);
            builder.AddConnectorsApi();
            builder.Services.AddSingleton(new WorkerCalls(() => FakeGrains.Of((desk, key) => Desk.Of(question =>
            {
                asked.Enqueue((desk, key, question));
                return worker.Services.GetRequiredService<QuestionDesk>().AnswerAsync(question);
            })), NullLogger<WorkerCalls>.Instance));
        });
        beforeStart?.Invoke(worker.Services, accounts);
        await worker.StartAsync();
        await worker.Services.GetRequiredService<PluginHost>().FirstScan;
        await api.StartAsync();
        return new WorkerRig(worker, api, folders, accounts) { Asked = asked };
    }

    public PluginStatus? Status(string slug, string? version = null) =>
        Plugins.Statuses.FirstOrDefault(status => status.Slug == slug && (version is null || status.Manifest.Version == version));

    public Task UntilAsync(string slug, PluginState state, string? version = null) =>
        Eventually.True(() => Status(slug, version)?.State == state, TimeSpan.FromSeconds(30),
            $"{slug} {version} is {state}; it is {Status(slug, version)}");

    private static IHost Build(Dictionary<string, string?> settings, string environment, Action<HostApplicationBuilder> add)
    {
        var builder = new HostApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = environment, DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddFilter(_ => false);
        builder.AddKernel();
        add(builder);
        return builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await api.StopAsync();
        await worker.StopAsync();
        await ((IAsyncDisposable)api).DisposeAsync();
        await ((IAsyncDisposable)worker).DisposeAsync();
        Folders.Dispose();
    }
}

/// <summary>Accounts without the module that owns them.</summary>
internal sealed class TestAccounts : IServedAccounts
{
    private readonly ConcurrentDictionary<AccountId, SessionAccount> accounts = new();
    private int asked;

    public int Asked => asked;

    public SessionAccount Add(string behaviour = "", string broker = "sample", Func<SessionAccount, SessionAccount>? change = null)
    {
        var account = new SessionAccount(new AccountId(Guid.CreateVersion7()), new TenantId(Guid.CreateVersion7()), broker, "demo", "1",
            new Dictionary<string, string> { ["behaviour"] = behaviour });
        if (change is not null) account = change(account);
        accounts[account.Account] = account;
        return account;
    }

    public void Change(AccountId account, Func<SessionAccount, SessionAccount> change) => accounts[account] = change(accounts[account]);

    public void Remove(AccountId account) => accounts.TryRemove(account, out _);

    public void PutBack(SessionAccount account) => accounts[account.Account] = account;

    public Task<SessionAccount?> FindAsync(AccountId account, CancellationToken ct)
    {
        Interlocked.Increment(ref asked);
        return Task.FromResult(accounts.GetValueOrDefault(account));
    }
}
