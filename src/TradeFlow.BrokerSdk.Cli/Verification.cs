using Spectre.Console;
using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.BrokerSdk.Cli;

/// <summary>Runs the cases of the kit on a built connector and tells of them as they end.</summary>
internal static class Verification
{
    /// <param name="plugin">The built connector.</param>
    /// <param name="venueAssembly">The test assembly with the double of the broker; without it only the files are looked at (L0).</param>
    /// <param name="seed">Repeats a run.</param>
    /// <param name="isQuiet">Tells of what is wrong alone.</param>
    /// <param name="ct">Ends the run.</param>
    /// <exception cref="CannotRunException">The test assembly cannot be used.</exception>
    public static async Task<ConformanceReport> RunAsync(
        BuiltPlugin plugin, string? venueAssembly, int seed, bool isQuiet, CancellationToken ct)
    {
        var target = TargetOf(plugin, venueAssembly);
        var level = venueAssembly is null ? ConformanceLevel.L0 : ConformanceLevel.L2;
        await using var run = new ConformanceRun(target, new ConformanceOptions { Seed = seed, UpTo = level });
        var report = await run.RunAsync(new Told(isQuiet), ct);
        Sum(report, level);
        return report;
    }

    /// <summary>Runs the cases of L3 on the demo account that the environment names.</summary>
    /// <exception cref="CannotRunException">Nobody opted in, something is missing, or it is no demo account.</exception>
    public static async Task<ConformanceReport> RunDemoAsync(BuiltPlugin plugin, int seed, bool isQuiet, CancellationToken ct)
    {
        DemoAccount account;
        try
        {
            account = DemoAccount.FromEnvironment(plugin.Folder);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new CannotRunException(e.Message);
        }
        AnsiConsole.MarkupLineInterpolated($"Orders of the smallest quantity of {account.Symbol} are placed in the mode {account.Mode} at {string.Join(", ", account.Endpoints.Values.Select(endpoint => endpoint.Host).Distinct())}.");
        var target = new PluginFolderTarget(plugin.Folder, _ => Task.FromResult<IVenue>(account));
        await using var run = new ConformanceRun(target, new ConformanceOptions { Seed = seed, UpTo = ConformanceLevel.L3 });
        var report = await run.RunAsync(new Told(isQuiet), ct);
        Count(report);
        return report;
    }

    /// <summary>The target that a test assembly brings.</summary>
    /// <exception cref="CannotRunException">It brings none.</exception>
    public static ConformanceTarget Brought(string testAssembly)
    {
        if (!File.Exists(testAssembly))
            throw new CannotRunException($"There is no {testAssembly}. Build the tests of the connector first.");
        try
        {
            return ConformanceTarget.FromAssembly(testAssembly);
        }
        catch (Exception e) when (e is InvalidOperationException or BadImageFormatException or FileLoadException or FileNotFoundException
            or TypeLoadException)
        {
            throw new CannotRunException($"{testAssembly} brings no double of the broker: {e.Message}");
        }
    }

    private static PluginFolderTarget TargetOf(BuiltPlugin plugin, string? testAssembly)
    {
        if (testAssembly is null) return new PluginFolderTarget(plugin.Folder);
        var brought = Brought(testAssembly);
        return new PluginFolderTarget(plugin.Folder, brought.OpenVenueAsync, brought.TestDataFolder);
    }

    private static void Sum(ConformanceReport report, ConformanceLevel level)
    {
        var failed = Count(report);
        if (report.Passed) AnsiConsole.MarkupLineInterpolated($"[green]{report.Slug} {report.PluginVersion} passes L0 to L2.[/]");
        else if (failed == 0 && level == ConformanceLevel.L0) AnsiConsole.MarkupLineInterpolated(
            $"[yellow]Only its files were looked at (L0). Name the tests with --venue for L1 and L2.[/]");
        else AnsiConsole.MarkupLineInterpolated($"[red]{report.Slug} {report.PluginVersion} does not pass.[/]");
    }

    private static int Count(ConformanceReport report)
    {
        int Of(ConformanceVerdict verdict) => report.Cases.Count(one => one.Verdict == verdict);
        AnsiConsole.MarkupLineInterpolated($"{Of(ConformanceVerdict.Passed)} passed, {Of(ConformanceVerdict.Failed)} failed, {Of(ConformanceVerdict.Skipped)} skipped, {Of(ConformanceVerdict.NotRun)} not run (SDK {report.SdkVersion}, kit {report.KitVersion}, seed {report.Seed})");
        return Of(ConformanceVerdict.Failed);
    }

    private sealed class Told(bool isQuiet) : IProgress<ConformanceResult>
    {
        public void Report(ConformanceResult value)
        {
            var (card, verdict, reason, elapsed) = value;
            switch (verdict)
            {
                case ConformanceVerdict.Failed:
                    AnsiConsole.MarkupLineInterpolated($"[red]failed [/] {card.Id} {card.Title}");
                    AnsiConsole.MarkupLineInterpolated($"        rule: {card.PassRule}");
                    AnsiConsole.MarkupLineInterpolated($"        seen: {reason}");
                    break;
                case ConformanceVerdict.Skipped when !isQuiet:
                    AnsiConsole.MarkupLineInterpolated($"[yellow]skipped[/] {card.Id} {card.Title}: {reason}");
                    break;
                case ConformanceVerdict.Passed when !isQuiet:
                    AnsiConsole.MarkupLineInterpolated($"[green]passed [/] {card.Id} {card.Title} ({elapsed.TotalMilliseconds:0} ms)");
                    break;
                default: break;
            }
        }
    }
}
