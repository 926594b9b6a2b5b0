using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.BrokerSdk.Testing;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Connectors.Plugins.Processes;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>
/// The cases of the kit, with the platform's own connectors in processes of their own and the venue doubles of their tests here.
/// </summary>
public sealed class ProcessConformanceTests
{
    // The recorded answers lie in the output of those. And a process has one factory for all cases: its feed of prices goes on while the
    // double is set back, which it does not tell.
    private static readonly string[] OnlyBesideTheirOwnTests = ["TC-F82", "TC-B80"];

    [Theory]
    [InlineData("Paper")]
    [InlineData("Topstep")]
    [InlineData("MetaTrader")]
    public async Task A_connector_passes_the_kit_from_within_a_process_of_its_own(string name)
    {
        var shadow = Directory.CreateTempSubdirectory("tradeflow-shadow-test-").FullName;
        var target = ConformanceTarget.FromAssembly(Path.Combine(Repository.Root, "plugins", name, "tests", Output,
            $"TradeFlow.Plugins.{name}.Tests.dll"));
        var options = Options.Create(new PluginOptions { ShadowPath = shadow });
        var shelf = new PluginShelf(options);
        var files = PackageFiles.Read(target.PluginFolder);
        var copy = shelf.Make(name, files.Hash());
        files.CopyTo(copy);
        var code = new ProcessCode(new ProcessStarter(options, shelf, TimeProvider.System, NullLogger<ProcessStarter>.Instance),
            ProcessStarter.Folders(copy), files.Hash(),
            PluginFolder.ReadManifest(files), TimeProvider.System, NullLogger.Instance);
        try
        {
            await using var run = new ConformanceRun(target, new ConformanceOptions { Elsewhere = () => new ElsewhereFactory(code),
                CaseDeadline = TimeSpan.FromSeconds(15) });

            var report = await run.RunAsync(null, CancellationToken.None);

            report.Cases.Where(one => !OnlyBesideTheirOwnTests.Contains(one.Id)
                && one.Verdict is not (ConformanceVerdict.Passed or ConformanceVerdict.Skipped or ConformanceVerdict.NotRun))
                .Select(one => $"{one.Id} {one.Title} ({one.Milliseconds} ms): {one.Reason}").ShouldBeEmpty();
        }
        finally
        {
            code.Dispose();
            Directory.Delete(shadow, recursive: true);
        }
    }

    // bin/Debug/net10.0, as ours.
    private static string Output =>
        Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "Platform.Tests"), AppContext.BaseDirectory);

    private sealed class ElsewhereFactory(ProcessCode code) : IConnectorFactory
    {
        public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct) =>
            code.ConnectAsync(request, context, ct);
    }
}
