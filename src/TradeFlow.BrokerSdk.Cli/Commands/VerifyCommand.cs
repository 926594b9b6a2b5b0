using System.CommandLine;
using Spectre.Console;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.BrokerSdk.Cli.Commands;

/// <summary>Every case of L0 to L2 on a built folder or a package; with <c>--demo</c> those of L3.</summary>
internal static class VerifyCommand
{
    public static Command Make()
    {
        var plugin = new Argument<string>("plugin") { Description = "The built folder (bin/plugin) or a .tfconn package." };
        var venue = new Option<string?>("--venue") { Description =
            "The connector's test assembly, which brings the double of its broker. Without it only the files are looked at (L0)." };
        var demo = new Option<bool>("--demo")
        {
            Description = "L3: places orders on the demo account that TRADEFLOW_DEMO_… names. Needs TRADEFLOW_LIVE=1."
        };
        var report = new Option<string?>("--report") { Description = "Where conformance.json is written." };
        var seed = new Option<int>("--seed") { Description = "Repeats a run.", DefaultValueFactory = _ => 1 };
        var quiet = new Option<bool>("--quiet") { Description = "Tells of what is wrong alone." };
        var keys = Signatures.KeysOption();
        var command = new Command("verify",
            "Runs the conformance cases L0 to L2 on a built connector.") { plugin, venue, demo, report, seed, quiet, keys };
        command.SetAction(async (parsed, ct) =>
        {
            using var built = BuiltPlugin.Open(parsed.GetRequiredValue(plugin));
            var seal = Signatures.Of(PackageFiles.Read(built.Folder), Signatures.ReadKeys(parsed.GetValue(keys)));
            AnsiConsole.MarkupLineInterpolated($"[{(seal.IsWrong ? "red" : "default")}]{seal.Text}[/]");
            if (seal.IsWrong) return ExitCodes.Failed;
            if (parsed.GetValue(demo))
            {
                var tried = await Verification.RunDemoAsync(built, parsed.GetValue(seed), parsed.GetValue(quiet), ct);
                if (parsed.GetValue(report) is { } file) await tried.WriteAsync(file, ct);
                return tried.Cases.All(one => one.Verdict != ConformanceVerdict.Failed) ? ExitCodes.Good : ExitCodes.Failed;
            }
            var result = await Verification.RunAsync(built, parsed.GetValue(venue), parsed.GetValue(seed), parsed.GetValue(quiet), ct);
            if (parsed.GetValue(report) is { } path) await result.WriteAsync(path, ct);
            return IsGood(result, parsed.GetValue(venue) is not null) ? ExitCodes.Good : ExitCodes.Failed;
        });
        return command;
    }

    // Without a double nothing is proven: what was looked at has to be right.
    private static bool IsGood(ConformanceReport report, bool hasVenue) =>
        hasVenue ? report.Passed : report.Cases.All(one => one.Verdict != ConformanceVerdict.Failed);
}
