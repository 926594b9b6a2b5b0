using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TradeFlow.FakeExpertAdvisor;
using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Risk;
using TradeFlow.Platform.Trading;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>The real Api and a real Worker with the plugin for agents, over one database; terminals are fake.</summary>
public sealed class AgentRig : ApiFixture, IAsyncLifetime
{
    private readonly string plugins = Directory.CreateTempSubdirectory("tradeflow-agents-").FullName;
    private IHost? worker;

    protected override bool LooksForWorkers => true;

    // Terminals report ten times faster here than the contract has it, and an alert waits longer for what becomes of it than a sender does.
    protected override Dictionary<string, string?> More => new() { ["Agents:BeatsPerSecond"] = "1000", ["Alerts:AnswerSeconds"] = "8" };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        var built = Path.Combine(Repository.Root, "artifacts", "plugins", "MetaTrader");
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(plugins, "MetaTrader", Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        await InitializeAsync();
        worker = NewWorker();
        await worker.StartAsync();
        await worker.Services.GetRequiredService<PluginHost>().FirstScan;
        await Eventually.True(() => Service<ClientLink>().Grains is not null, TimeSpan.FromSeconds(30), "the Api has found the Worker");
        await Eventually.True(async () =>
        {
            await Service<PluginCatalogue>().ReloadAsync(CancellationToken.None);
            return Service<PluginCatalogue>().Find("mtx") is { IsUsable: true };
        }, TimeSpan.FromSeconds(30), "the plugin is loaded");
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (worker is not null)
        {
            await worker.StopAsync();
            worker.Dispose();
        }
        await DisposeAsync();
        Directory.Delete(plugins, recursive: true);
    }

    /// <summary>The mapped symbols of an account as the Worker knows them.</summary>
    internal SymbolMap? MapOf(Guid account) => worker!.Services.GetRequiredService<LaneHost>().MapOf(account); // started above

    // started above
    internal Platform.Connectors.Agents.AgentMailboxes Mailboxes =>
        worker!.Services.GetRequiredService<Platform.Connectors.Agents.AgentMailboxes>();

    /// <summary>Somebody with a registered account whose terminal has not reported yet.</summary>
    internal async Task<TerminalOwner> NewOwnerAsync(Terminal? terminal = null)
    {
        terminal ??= new Terminal();
        terminal.Login = Random.Shared.NextInt64(1_000_000, 9_000_000_000).ToString();
        var person = await Person.SignUpAsync(this);
        var answer = await person.PostAsync("/register/mtx",
            new { login = terminal.Login, server = terminal.Server, platform = terminal.Platform, mode = terminal.Mode });
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Json.ToString());
        return new TerminalOwner(this, person, answer.Json.GetProperty("id").GetGuid(), terminal, answer);
    }

    /// <summary>The same with a terminal that reports.</summary>
    internal async Task<TerminalOwner> NewActiveAsync(Terminal? terminal = null)
    {
        var owner = await NewOwnerAsync(terminal);
        owner.Run();
        await owner.StatusAsync("active");
        await Eventually.True(
            // started above
            () => worker!.Services.GetRequiredService<LaneHost>().Holds(owner.Account), TimeSpan.FromSeconds(30), "its lane runs");
        return owner;
    }

    private IHost NewWorker()
    {
        var builder = new HostApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = "Development", DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(Platform.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Plugins:Directories:0"] = plugins, ["Plugins:ShadowPath"] = plugins + "-shadow", ["Plugins:PollSeconds"] = "0.2",
            ["Plugins:SettleSeconds"] = "0.1",
        });
        builder.Logging.AddFilter(_ => false);
        builder.AddKernel();
        Platform.Lend(builder.Services, []);
        builder.AddAccountsWorker();
        builder.AddConnectorsWorker();
        builder.AddRiskWorker();
        builder.AddTradingWorker();
        return builder.Build();
    }
}

/// <summary>An account, its owner and its terminal.</summary>
internal sealed class TerminalOwner(AgentRig rig, Person person, Guid account, Terminal terminal, Answer registered) : IAsyncDisposable
{
    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public Person Person => person;
    public Guid Account => account;
    public string ApiKey => registered.Text("api_key");
    public string AgentKey { get; set; } = registered.Text("agent_key");
    public Terminal Terminal => terminal;
    public Answer Registered => registered;
    public AgentDisk Disk { get; } = new();
    public ExpertAdvisor Agent { get; private set; } = new(rig.NewClient(), registered.Text("agent_key"), terminal, "first");

    public ExpertAdvisor NewAgent(string instance, AgentDisk? disk = null) => new(rig.NewClient(), AgentKey, terminal, instance, disk);

    /// <summary>Lets the terminal report from now on.</summary>
    public void Run(ExpertAdvisor? agent = null)
    {
        Agent = agent ?? NewAgent("first", Disk);
        running = Agent.RunAsync(TimeSpan.FromMilliseconds(100), stop.Token);
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        stop = new CancellationTokenSource();
    }

    public Task<Answer> AlertAsync(string intent, string broker = "mtx") => AlertAsync(Guid.NewGuid(), intent, broker);

    /// <summary>What becomes of an alert that is taken, however long it takes: while it is pending, it is sent again.</summary>
    public async Task<Answer> OutcomeAsync(string intent, string broker = "mtx")
    {
        var id = Guid.NewGuid();
        Answer? answer = null;
        await Eventually.True(async () => (answer = await AlertAsync(id, intent, broker)).Json.TryGetProperty("status", out var status)
            && status.GetString() != "pending", TimeSpan.FromSeconds(30), "the alert has an outcome");
        return answer!; // it was sent
    }

    private Task<Answer> AlertAsync(Guid id, string intent, string broker) =>
        person.SendAsync(HttpMethod.Post, $"/webhook/{broker}/{ApiKey}",
            "{\"id\":\"" + id + "\",\"intent\":{" + intent + "}}", token: null);

    /// <summary>A report as it is written, with the terminal's key unless <paramref name="key"/> is another one; empty for none.</summary>
    public Task<Answer> ReportAsync(string body, string? key = null, HttpClient? http = null) =>
        ReportAsync(Encoding.UTF8.GetBytes(body), key, http);

    public async Task<Answer> ReportAsync(byte[] body, string? key = null, HttpClient? http = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ea/heartbeat") { Content = new ByteArrayContent(body) };
        if (key != "") request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key ?? AgentKey}");
        using var message = await (http ?? rig.NewClient()).SendAsync(request);
        var text = await message.Content.ReadAsStringAsync();
        return new Answer(message.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default, message);
    }

    /// <summary>A report that says little.</summary>
    public string Report(string symbols = "", string positions = "", string instance = "one") =>
        $$"""{"instance":"{{instance}}","login":"{{terminal.Login}}","server":"{{terminal.Server}}","currency":"USD","balance":1,"equity":1,"positions":[{{positions}}],"symbols":[{{symbols}}]}""";

    /// <summary>
    /// Maps symbols, and waits until the Worker has heard of it: an order that comes before is executed by the map of before.
    /// </summary>
    public async Task MapAsync(params (string Symbol, string Target)[] lines)
    {
        var items = lines.Select(line => new { symbol = line.Symbol, target = line.Target }).ToArray();
        var mapped = await person.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols", new { items }, person.AccessToken);
        mapped.Status.ShouldBe(HttpStatusCode.OK, mapped.Json.ToString());
        await Eventually.True(() => rig.MapOf(account)?.Rules.Count == lines.Length, TimeSpan.FromSeconds(15), "the Worker knows the map");
    }

    public async Task<string> ReadStatusAsync() => (await person.GetAsync($"/api/accounts/{account}")).Text("status");

    public Task StatusAsync(string status, int seconds = 20) =>
        Eventually.True(async () => await ReadStatusAsync() == status, TimeSpan.FromSeconds(seconds), $"the account is {status}");

    public async Task<string> OrderStatusAsync(Guid order) => (await person.GetAsync($"/api/orders/{order}")).Text("status");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }
}
