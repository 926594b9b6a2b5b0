using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>Signed plugins in a Worker that asks for signatures.</summary>
[Trait("Control", "P1")]
public sealed class SignedPluginTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>, IDisposable
{
    private readonly SigningKey acme = SigningKey.Create("acme");

    [Fact]
    public async Task A_signed_plugin_is_loaded_without_a_lock_and_the_catalogue_names_its_publisher_while_an_unsigned_one_is_refused()
    {
        await using var rig = await StartAsync(folders =>
        {
            folders.Drop("Good", "Sample", folder => SignedFolders.Sign(folder, acme));
            folders.Drop("Good", "Unsigned", ("\"sample\"", "\"unsigned\""), ("\"example\"", "\"other\""));
        });

        rig.Status("sample")!.State.ShouldBe(PluginState.Active);
        var shown = (await rig.Api<PluginCatalogue>().ReadAllVersionsAsync(CancellationToken.None)).ToDictionary(entry => entry.Slug);
        shown["sample"].Origin.ShouldBe(new PluginOrigin(PluginTrust.Signature, "acme", acme.Public.Id));
        (shown["unsigned"].State, shown["unsigned"].Origin).ShouldBe((PluginState.NotSupported, PluginOrigin.Unknown));
        shown["unsigned"].Reason!.ShouldContain("It is unsigned.");
        await BalanceAsync(rig);
    }

    [Fact]
    public async Task What_runs_goes_on_when_its_folder_is_tampered_with_and_a_whole_version_takes_over()
    {
        await using var rig = await StartAsync(folders => folders.Drop("Good", "Sample", folder => SignedFolders.Sign(folder, acme)));

        File.AppendAllText(Path.Combine(rig.Folders.Location, "Sample", "TradeFlow.SamplePlugins.Good.deps.json"), " ");

        await rig.UntilAsync("sample", PluginState.NotSupported);
        rig.Plugins.Statuses.ShouldContain(
            status => status.Slug == "sample" && status.State == PluginState.Active && status.Origin.Publisher == "acme");
        await BalanceAsync(rig);
        rig.Folders.Drop("Good", "Sample", folder => SignedFolders.Sign(folder, acme), ("\"1.0.0\"", "\"1.2.0\""));
        await rig.UntilAsync("sample", PluginState.Active, "1.2.0");
    }

    public void Dispose() => acme.Dispose();

    private Task<WorkerRig> StartAsync(Action<PluginFolders> drop) =>
        WorkerRig.StartAsync(fixture, drop, environment: "Production", settings: SignedFolders.Allowing(acme));

    private static async Task BalanceAsync(WorkerRig rig)
    {
        var session = await rig.SessionAsync(rig.Accounts.Add().Account, CancellationToken.None);
        (await session.Connector.GetAccountAsync(CancellationToken.None)).Balance.ShouldBe(1.0m);
    }
}
