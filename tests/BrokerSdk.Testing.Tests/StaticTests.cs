namespace TradeFlow.BrokerSdk.Testing.Tests;

/// <summary>L0 over folders that are wrong.</summary>
public sealed class StaticTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kit-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_forbidden_api_is_named_with_what_to_do_instead()
    {
        var failed = await FailedAsync(Saboteurs.Folder("Smuggler"));

        failed.Keys.ShouldBe(["TC-S60"]);
        foreach (var member in new[] { "HttpClient..ctor", "Timer..ctor", "Thread..ctor", "Process.Start", "File.WriteAllText",
            "JsonSerializer.Serialize", "DateTime.get_UtcNow" })
            failed["TC-S60"].ShouldContain(member);
        failed["TC-S60"].ShouldContain("use context.Clock");
    }

    [Theory]
    [InlineData("\"slug\": \"saboteur\"", "\"slug\": \"Sabo teur\"", "TC-S10", "slug")]
    [InlineData("TradeFlow.SamplePlugins.Saboteur.dll", "Elsewhere.dll", "TC-S10", "Elsewhere.dll")]
    [InlineData("\"stream\": \"push\"", "\"stream\": \"carrier pigeon\"", "TC-S10", "stream")]
    [InlineData("\"secret\": true", "\"secret\": false", "TC-S10", "password")]
    [InlineData("\"mode\": \"unique\"", "\"mode\": \"none\"", "TC-S15", "lookup.byClientOrderId")]
    [InlineData("https://toy.example", "http://toy.example", "TC-S20", "demo.api")]
    [InlineData("\"sdk\": \"^1.1\"", "\"sdk\": \"^2.0\"", "TC-S50", "^2.0")]
    public async Task A_wrong_manifest_fails_its_case(string right, string wrong, string id, string words)
    {
        Copy("Saboteur");
        var path = Path.Combine(folder, "connector.json");
        var manifest = await File.ReadAllTextAsync(path);
        manifest.ShouldContain(right);
        await File.WriteAllTextAsync(path, manifest.Replace(right, wrong, StringComparison.Ordinal));

        var failed = await FailedAsync(folder);

        failed.Keys.ShouldBe([id]);
        failed[id].ShouldContain(words);
    }

    [Fact]
    public async Task A_copy_of_the_host_beside_the_plugin_is_found()
    {
        Copy("Saboteur");
        File.Copy(typeof(IConnectorFactory).Assembly.Location, Path.Combine(folder, "TradeFlow.BrokerSdk.dll"));

        (await FailedAsync(folder)).Keys.ShouldContain("TC-S45");
    }

    [Fact]
    public async Task An_assembly_that_nobody_brings_and_a_second_factory_are_found()
    {
        Copy("Saboteur");
        var manifestPath = Path.Combine(folder, "connector.json");
        // The tests themselves: they need ASP.NET Core, and the factory is not theirs.
        File.Copy(typeof(StaticTests).Assembly.Location, Path.Combine(folder, "Tests.dll"));
        await File.WriteAllTextAsync(manifestPath, (await File.ReadAllTextAsync(manifestPath))
            .Replace("TradeFlow.SamplePlugins.Saboteur.dll", "Tests.dll", StringComparison.Ordinal));

        var failed = await FailedAsync(folder);

        failed["TC-S30"].ShouldContain("0 public classes");
        failed["TC-S40"].ShouldContain("Microsoft.AspNetCore");
    }

    [Fact]
    public async Task A_recording_without_source_and_a_refusal_without_words_are_found()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "outcomes.json"),
            """[{ "name": "from nowhere", "source": "", "command": "place", "body": {}, "expect": { "outcome": "unknown" } }]""");
        (await FailedAsync(Saboteurs.Folder("Saboteur"), folder))["TC-S90"].ShouldContain("'from nowhere' does not say");

        await File.WriteAllTextAsync(Path.Combine(folder, "outcomes.json"),
            """[{ "name": "mute", "source": "s", "command": "place", "body": {}, "expect": { "outcome": "rejected" } }]""");
        (await FailedAsync(Saboteurs.Folder("Saboteur"), folder))["TC-S90"].ShouldContain("without the broker's words");
    }

    [Fact]
    public async Task Without_a_venue_double_nothing_is_passed_as_a_whole()
    {
        await using var run = new ConformanceRun(new PluginFolderTarget(Saboteurs.Folder("Saboteur")));
        var report = await run.RunAsync(null, CancellationToken.None);

        report.Cases.ShouldNotContain(one => one.Verdict == ConformanceVerdict.Failed);
        report.Passed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_report_is_read_as_it_was_written()
    {
        await using var run = new ConformanceRun(new PluginFolderTarget(Saboteurs.Folder("Saboteur")),
            new ConformanceOptions { UpTo = ConformanceLevel.L0, Seed = 7 });
        var report = await run.RunAsync(null, CancellationToken.None);

        var again = ConformanceReport.Parse(report.ToJson());

        again.ToJson().ShouldBe(report.ToJson());
        (again.Seed, again.Slug, again.EntryAssemblySha256.Length).ShouldBe((7, "saboteur", 64));
    }

    private static async Task<Dictionary<string, string>> FailedAsync(string plugin, string? testData = null)
    {
        await using var run = new ConformanceRun(new PluginFolderTarget(plugin, testDataFolder: testData),
            new ConformanceOptions { UpTo = ConformanceLevel.L0 });
        var report = await run.RunAsync(null, CancellationToken.None);
        return report.Cases.Where(one => one.Verdict is ConformanceVerdict.Failed).ToDictionary(one => one.Id, one => one.Reason ?? "");
    }

    private void Copy(string plugin)
    {
        foreach (var file in Directory.EnumerateFiles(Saboteurs.Folder(plugin)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }
}
