using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace TradeFlow.AppHost.Tests;

/// <summary>The verbs that AppHost.cs may use do what they say. The project that is started is this one, as a small web program.</summary>
public sealed class VerbTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });

    private static string Project => Path.Combine(Checkout(), "tests", "AppHost.Tests", "TradeFlow.AppHost.Tests.csproj");

    [Fact]
    public async Task Replicas_share_one_port_and_the_death_of_one_is_bridged_by_the_other()
    {
        var builder = DistributedApplication.CreateBuilder();
        var web = builder.AddProject("web", Project).WithArgs("web").WithHttpEndpoint().WithHttpHealthCheck("/health").WithReplicas(2);
        await using var app = builder.Build();
        await app.StartAsync();
        var address = web.GetEndpoint("http").Url;

        var processes = new HashSet<int>();
        await Eventually.True(async () => processes.Add(await ProcessAt(address)) && processes.Count == 2, AppHostProcess.Patience, "Both replicas answer in turn.");

        AppHostProcess.Send(processes.First(), AppHostProcess.Kill);
        await Eventually.True(async () => await ProcessAt(address) is var id && id != processes.First(), AppHostProcess.Patience, "The other one answers.");
    }

    [Fact]
    public async Task A_project_is_told_its_address_its_environment_and_the_addresses_of_others()
    {
        var builder = DistributedApplication.CreateBuilder();
        var other = builder.AddProject("other", Project).WithArgs("web").WithHttpEndpoint().WithHttpEndpoint(name: "second", env: "SECOND_PORT").WithHttpHealthCheck("/health");
        var secret = builder.AddParameter("word", "open sesame", secret: true);
        var redis = builder.AddRedis("redis");
        var web = builder.AddProject("web", Project).WithArgs("web").WithHttpEndpoint().WithHttpHealthCheck("/health", endpointName: "http")
            .WithReference(other).WithReference(redis).WithReference(redis, connectionName: "cache").WaitFor(other)
            .WithEnvironment("WORD", secret).WithEnvironment("LATE", () => other.GetEndpoint("http").Url + "/late").WithEnvironment("OTHER", other.GetEndpoint("http"));
        await using var app = builder.Build();
        await app.StartAsync();

        (await Variable("services__other__http__0")).ShouldBe(other.GetEndpoint("http").Url);
        (await Variable("services__other__second__0")).ShouldBe(other.GetEndpoint("second").Url);
        (await Variable("ConnectionStrings__redis")).ShouldBe(await redis.Resource.GetConnectionStringAsync());
        (await Variable("ConnectionStrings__cache")).ShouldBe(await redis.Resource.GetConnectionStringAsync());
        (await Variable("WORD")).ShouldBe("open sesame");
        (await Variable("LATE")).ShouldBe(other.GetEndpoint("http").Url + "/late");
        (await Variable("OTHER")).ShouldBe(other.GetEndpoint("http").Url);
        (await Http.GetStringAsync(other.GetEndpoint("http").Url + "/environment/SECOND_PORT")).ShouldBe($"{other.GetEndpoint("second").Port}");

        Task<string> Variable(string name) => Http.GetStringAsync($"{web.GetEndpoint("http").Url}/environment/{name}");
    }

    [Fact]
    public async Task A_resource_with_an_explicit_start_waits_for_the_command()
    {
        var builder = DistributedApplication.CreateBuilder();
        var web = builder.AddProject("web", Project).WithArgs("web").WithHttpEndpoint().WithHttpHealthCheck("/health").WithExplicitStart();
        builder.AddRedis("redis");
        await using var app = builder.Build();
        await app.StartAsync();
        await Should.ThrowAsync<HttpRequestException>(() => ProcessAt(web.GetEndpoint("http").Url));

        (await app.ResourceCommands.ExecuteCommandAsync("web", "resource-start")).Success.ShouldBeTrue();

        (await ProcessAt(web.GetEndpoint("http").Url)).ShouldBeGreaterThan(0);
        (await app.ResourceCommands.ExecuteCommandAsync("nobody", "resource-start")).ErrorMessage.ShouldBe("There is no resource nobody.");
    }

    [Fact]
    public async Task A_program_that_waits_for_the_end_of_another_starts_after_it()
    {
        var folder = Folders.New();
        var builder = DistributedApplication.CreateBuilder();
        var first = builder.AddExecutable("first", "sh", folder, "-c", "cat redis-address > first; exit 3");
        var redis = builder.AddRedis("redis");
        var before = builder.AddExecutable("before", "sh", folder, "-c", "echo $ConnectionStrings__redis > redis-address").WithReference(redis).WaitFor(redis);
        first.WaitForCompletion(before);
        builder.AddExecutable("second", "sh", folder, "-c", "cat first > second").WaitForCompletion(first, exitCode: 3);
        await using var app = builder.Build();

        await app.StartAsync();

        await Eventually.True(() => File.Exists(Path.Combine(folder, "second")), AppHostProcess.Patience, "second ran");
        await Eventually.True(async () => (await File.ReadAllTextAsync(Path.Combine(folder, "second"))).Trim() == await redis.Resource.GetConnectionStringAsync(), AppHostProcess.Patience, "with what the first ones wrote");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_script_is_run_after_npm_ci_and_npm_ci_only_when_the_lock_changed()
    {
        var folder = Folders.New();
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{ "name": "x", "version": "1.0.0", "scripts": { "preinstall": "echo i >> installs", "build": "echo b >> builds" } }""");
        await File.WriteAllTextAsync(Path.Combine(folder, "package-lock.json"), """{ "name": "x", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": { "": { "name": "x", "version": "1.0.0" } } }""");

        await BuildAsync();
        await BuildAsync();
        Count("builds").ShouldBe(2);
        Count("installs").ShouldBe(1);

        await File.AppendAllTextAsync(Path.Combine(folder, "package-lock.json"), "\n");
        await BuildAsync();
        Count("installs").ShouldBe(2);
        Directory.Delete(folder, recursive: true);

        int Count(string file) => File.ReadAllLines(Path.Combine(folder, file)).Length;

        async Task BuildAsync()
        {
            var builder = DistributedApplication.CreateBuilder();
            builder.AddJavaScriptApp("app", folder, "build").WithNpm(installCommand: "ci");
            await using var app = builder.Build();
            await app.StartAsync();
        }
    }

    [Fact]
    public async Task A_missing_value_of_a_parameter_is_named()
    {
        var builder = DistributedApplication.CreateBuilder();
        builder.AddExecutable("program", "sh", ".", "-c", "true").WithEnvironment("VALUE", builder.AddParameter("value")).WithHttpEndpoint();
        await using var app = builder.Build();

        var fault = await Should.ThrowAsync<DistributedApplicationException>(() => app.StartAsync());

        fault.Message.ShouldBe("The parameter value has no value: set Parameters__value in the environment.");
    }

    private static async Task<int> ProcessAt(string address) => int.Parse(await Http.GetStringAsync(address + "/process"), null);

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TradeFlow.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the checkout.");
        return folder.FullName;
    }
}
