using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class PluginHostTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_folder_dropped_while_running_is_loaded_and_reaches_the_catalogue_of_the_api()
    {
        await using var rig = await WorkerRig.StartAsync(fixture);
        rig.Api<PluginCatalogue>().Find("sample").ShouldBeNull();

        rig.Folders.Drop("Good", "Sample");

        await rig.UntilAsync("sample", PluginState.Active);
        await Eventually.True(() => rig.Api<PluginCatalogue>().Find("example")?.IsUsable == true, TimeSpan.FromSeconds(10),
            "the Api finds the plugin by its alias");
        rig.Api<PluginCatalogue>().Find("sample")!.Manifest.Connect.Fields.Select(field => (field.Key, field.Required))
            .ShouldBe([("behaviour", true), ("desk", false)]);
    }

    [Fact]
    public async Task A_folder_that_is_removed_and_put_back_is_active_while_its_old_copy_still_serves_a_session()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));
        var account = rig.Accounts.Add().Account;
        (await BalanceAsync(rig, account)).ShouldBe(1.0m);

        rig.Folders.Remove("Sample");
        await Eventually.True(() => rig.Status("sample", "1.0.0")?.State is not PluginState.Active, TimeSpan.FromSeconds(20),
            "the removed plugin leaves");
        rig.Folders.Drop("Good", "Sample");

        await rig.UntilAsync("sample", PluginState.Active);
        await Eventually.True(() => rig.Api<PluginCatalogue>().Find("sample")?.IsUsable == true, TimeSpan.FromSeconds(10),
            "the Api offers it again");
    }

    [Fact]
    public async Task A_new_version_takes_over_and_the_code_of_the_old_one_is_unloaded()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));
        var account = rig.Accounts.Add().Account;
        (await BalanceAsync(rig, account)).ShouldBe(1.0m);

        rig.Folders.Drop("Good", "Sample", ("\"1.0.0\"", "\"1.2.0\""));

        await rig.UntilAsync("sample", PluginState.Active, "1.2.0");
        (await BalanceAsync(rig, account)).ShouldBe(1.2m);
        await rig.UntilAsync("sample", PluginState.Superseded, "1.0.0");
        await Eventually.True(() => rig.Status("sample", "1.0.0") is { Reason: { } reason } && !reason.Contains("Pending",
            StringComparison.Ordinal) && rig.Folders.CopiesInUse == 1, TimeSpan.FromSeconds(20), "the old code is collected");
    }

    [Fact]
    public async Task An_order_in_flight_ends_on_the_old_version_while_the_new_one_takes_over()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));
        var account = rig.Accounts.Add().Account;
        var session = await rig.SessionAsync(account, CancellationToken.None);
        var order = session.Connector.PlaceAsync(SessionTests.Order("slow"), CancellationToken.None);

        rig.Folders.Drop("Good", "Sample", ("\"1.0.0\"", "\"1.2.0\""));

        await rig.UntilAsync("sample", PluginState.Active, "1.2.0");
        var draining = rig.Status("sample", "1.0.0").ShouldNotBeNull();
        (draining.State, draining.Sessions).ShouldBe((PluginState.Draining, 1));
        (await order).ShouldBe(new BrokerSdk.OrderOutcome.Accepted("1.0.0/1"));
        await rig.UntilAsync("sample", PluginState.Superseded, "1.0.0");
        (await BalanceAsync(rig, account)).ShouldBe(1.2m);
    }

    [Fact]
    public async Task A_version_that_left_something_running_is_shown_as_pending_and_holds_nobody_up()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));
        var account = rig.Accounts.Add().Account;
        await (await rig.SessionAsync(account, CancellationToken.None)).Connector
            .PlaceAsync(SessionTests.Order("leaks"), CancellationToken.None);

        rig.Folders.Drop("Good", "Sample", ("\"1.0.0\"", "\"1.2.0\""));

        await rig.UntilAsync("sample", PluginState.Active, "1.2.0");
        (await BalanceAsync(rig, account)).ShouldBe(1.2m);
        await Eventually.True(() => rig.Status("sample", "1.0.0")?.Reason?.Contains("Pending unload: something it started is still running",
            StringComparison.Ordinal) == true, TimeSpan.FromSeconds(30), "the leak is told");
    }

    [Fact]
    public async Task A_new_version_that_does_not_load_is_shown_and_the_old_one_goes_on()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));
        var account = rig.Accounts.Add().Account;

        rig.Folders.Drop("Good", "Sample", folder => PluginFolders.BuildAgainst(folder, new Version(1, 99, 0, 0)),
            ("\"1.0.0\"", "\"2.0.0\""));

        await rig.UntilAsync("sample", PluginState.NotSupported, "2.0.0");
        rig.Status("sample", "1.0.0")!.State.ShouldBe(PluginState.Active);
        (await BalanceAsync(rig, account)).ShouldBe(1.0m);
        await Eventually.True(() => rig.Api<PluginCatalogue>().Find("sample")?.Manifest.Version == "1.0.0", TimeSpan.FromSeconds(10),
            "the catalogue shows the version that runs");
    }

    [Theory]
    [InlineData("1.10.0", "1.9.0")]
    // By their numbers alone these two are equal, and the first by name would run.
    [InlineData("1.2.0", "1.2.0-rc.1")]
    [InlineData("1.2.0-rc.10", "1.2.0-rc.9")]
    public async Task Of_two_folders_of_one_broker_the_newer_version_runs(string newer, string older)
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders =>
        {
            folders.Drop("Good", "A", ("\"1.0.0\"", $"\"{older}\""));
            folders.Drop("Good", "B", ("\"1.0.0\"", $"\"{newer}\""));
        });

        rig.Status("sample", newer)!.State.ShouldBe(PluginState.Active);
        rig.Status("sample", older)!.State.ShouldBe(PluginState.Superseded);
    }

    [Fact]
    public async Task Broken_plugins_are_shown_with_a_reason_that_says_the_mend_while_others_run()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders =>
        {
            folders.Drop("Good", "Sample");
            folders.Drop("Broken", "Throws");
            File.Delete(
                Path.Combine(folders.Drop("Broken", "Incomplete", ("\"broken\"", "\"incomplete\"")), "TradeFlow.SamplePlugins.Good.dll"));
            folders.Drop("Good", "Newer", folder => PluginFolders.BuildAgainst(folder, new Version(1, 99, 0, 0)),
                ("\"sample\"", "\"newer\""), ("\"example\"", "\"other\""));
            File.Delete(Path.Combine(folders.Drop("Good", "No Manifest"), PluginFolder.ManifestFile));
            folders.Drop("Good", "Typo", ("\"slug\"", "\"slugg\""));
            File.WriteAllText(Path.Combine(folders.Drop("Good", "No List", ("\"sample\"", "\"nolist\"")),
                "TradeFlow.SamplePlugins.Good.deps.json"), "no list");
            File.WriteAllText(Path.Combine(folders.Drop("Good", "Settings", ("\"sample\"", "\"settings\"")),
                "TradeFlow.SamplePlugins.Good.runtimeconfig.json"), "{ }");
            File.WriteAllText(Path.Combine(folders.Drop("Good", "Garbage", ("\"sample\"", "\"garbage\"")),
                "TradeFlow.SamplePlugins.Good.dll"), "no assembly");
        });

        rig.Status("sample")!.State.ShouldBe(PluginState.Active);
        Shown(rig, "broken", PluginState.Faulted).ShouldContain("I never work.");
        Shown(rig, "incomplete", PluginState.NotSupported).ShouldContain("TradeFlow.SamplePlugins.Good is missing");
        Shown(rig, "newer", PluginState.NotSupported).ShouldContain("SDK 1.99");
        Shown(rig, "nomanifest", PluginState.NotSupported).ShouldContain("connector.json is missing");
        Shown(rig, "typo", PluginState.NotSupported).ShouldContain("slugg");
        Shown(rig, "nolist", PluginState.NotSupported).ShouldContain("TradeFlow.SamplePlugins.Good.deps.json cannot be read");
        Shown(rig, "settings", PluginState.NotSupported)
            .ShouldContain("TradeFlow.SamplePlugins.Good.runtimeconfig.json may name other folders");
        Shown(rig, "garbage", PluginState.NotSupported).ShouldContain("no .NET assembly");
        (await BalanceAsync(rig, rig.Accounts.Add().Account)).ShouldBe(1.0m);
    }

    [Fact]
    public async Task A_plugin_may_bring_logging_and_dependency_injection()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Loud", "Loud"));

        (rig.Status("loud")?.State, rig.Status("loud")?.Reason).ShouldBe((PluginState.Active, null));
    }

    [Fact]
    [Trait("Control", "P1")]
    public async Task A_plugin_that_loads_code_from_elsewhere_ends_and_is_not_loaded_again()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));
        var account = rig.Accounts.Add().Account;
        await (await rig.SessionAsync(account, CancellationToken.None)).Connector
            .PlaceAsync(SessionTests.Order("smuggles"), CancellationToken.None);

        await rig.UntilAsync("sample", PluginState.Faulted);
        rig.Status("sample")!.Reason.ShouldBe("It has loaded System.Console, which is not one of its files that were checked.");
        rig.Plugins.Find("sample").ShouldBeNull();

        rig.Folders.Drop("Good", "Sample", ("\"1.0.0\"", "\"1.2.0\""));
        await rig.UntilAsync("sample", PluginState.Active, "1.2.0");
    }

    [Fact]
    public async Task A_broken_plugin_runs_as_soon_as_its_folder_is_mended()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample", ("\"^1.1\"", "\"^9.0\"")));
        Shown(rig, "sample", PluginState.NotSupported).ShouldContain("asks in connector.json for SDK 9.0");

        rig.Folders.Drop("Good", "Sample");

        await rig.UntilAsync("sample", PluginState.Active);
    }

    [Fact]
    public async Task A_removed_folder_ends_the_plugin_and_its_sessions()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));
        var account = rig.Accounts.Add().Account;
        await BalanceAsync(rig, account);

        rig.Folders.Remove("Sample");

        await rig.UntilAsync("sample", PluginState.Deleted);
        rig.Plugins.Find("sample").ShouldBeNull();
        var error = await Should.ThrowAsync<BrokerSdk.ConnectorException>(() => BalanceAsync(rig, account));
        error.Kind.ShouldBe(BrokerSdk.ConnectorErrorKind.Misconfigured);
    }

    [Fact]
    public async Task The_source_folder_of_a_plugin_is_no_plugin()
    {
        await using var rig = await WorkerRig.StartAsync(fixture,
            folders => File.WriteAllText(Path.Combine(folders.Drop("Good", "Source"), "Source.csproj"), "<Project/>"));

        rig.Plugins.Statuses.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_plugin_that_the_operator_switched_off_is_shown_and_not_loaded()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"),
            settings: new() { ["Plugins:Disabled:0"] = "sample" });

        rig.Status("sample")!.State.ShouldBe(PluginState.Disabled);
        rig.Plugins.Find("sample").ShouldBeNull();
    }

    [Fact]
    [Trait("Control", "P1")]
    public async Task Outside_development_only_what_the_lock_file_lists_is_loaded()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"), environment: "Production");
        Shown(rig, "sample", PluginState.NotSupported).ShouldContain(PluginLock.FileName);

        File.WriteAllText(Path.Combine(rig.Folders.Location, PluginLock.FileName), PluginLock.Write(rig.Folders.Location));

        await rig.UntilAsync("sample", PluginState.Active);
    }

    [Fact]
    [Trait("Control", "P1")]
    public async Task A_plugin_that_is_struck_off_the_lock_file_ends()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders =>
        {
            folders.Drop("Good", "Sample");
            File.WriteAllText(Path.Combine(folders.Location, PluginLock.FileName), PluginLock.Write(folders.Location));
        }, environment: "Production");
        rig.Status("sample")!.State.ShouldBe(PluginState.Active);

        File.WriteAllText(Path.Combine(rig.Folders.Location, PluginLock.FileName), "{ \"plugins\": [] }");

        await Eventually.True(() => rig.Plugins.Find("sample") is null, TimeSpan.FromSeconds(10), "the plugin is gone");
    }

    [Fact]
    [Trait("Control", "P1")]
    public async Task A_changed_file_is_refused_by_the_lock()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders =>
        {
            var folder = folders.Drop("Good", "Sample");
            File.WriteAllText(Path.Combine(folders.Location, PluginLock.FileName), PluginLock.Write(folders.Location));
            File.AppendAllText(Path.Combine(folder, "TradeFlow.SamplePlugins.Good.deps.json"), " ");
        }, environment: "Production");

        Shown(rig, "sample", PluginState.NotSupported).ShouldContain("is not listed for sample");
    }

    private static string Shown(WorkerRig rig, string slug, PluginState state)
    {
        var status = rig.Status(slug).ShouldNotBeNull($"{slug} is shown");
        status.State.ShouldBe(state);
        return status.Reason.ShouldNotBeNull();
    }

    private static async Task<decimal> BalanceAsync(WorkerRig rig, AccountId account)
    {
        var session = await rig.SessionAsync(account, CancellationToken.None);
        return (await session.Connector.GetAccountAsync(CancellationToken.None)).Balance;
    }
}
