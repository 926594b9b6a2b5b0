using System.CommandLine;
using Spectre.Console;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.BrokerSdk.Cli.Commands;

/// <summary>
/// Puts a package into a plugin directory of the platform, in one move, so that a running platform never sees half of it. It loads the
/// connector within seconds; outside Development only when its publisher is allowed there.
/// </summary>
internal static class InstallCommand
{
    public static Command Make()
    {
        var package = new Argument<string>("package") { Description = "A .tfconn package." };
        var directory = new Argument<string>("plugins") { Description = "A plugin directory of the platform (Plugins:Directories)." };
        var keys = Signatures.KeysOption();
        var command = new Command("install", "Puts a package into a plugin directory of the platform.") { package, directory, keys };
        command.SetAction((parsed, _) => Task.FromResult(
            Install(parsed.GetRequiredValue(package), parsed.GetRequiredValue(directory), Signatures.ReadKeys(parsed.GetValue(keys)))));
        return command;
    }

    private static int Install(string package, string directory, IReadOnlyList<PublisherKey> keys)
    {
        if (!package.EndsWith(BuiltPlugin.PackageExtension, StringComparison.OrdinalIgnoreCase))
            throw new CannotRunException($"{package} is no {BuiltPlugin.PackageExtension} package: make one with tradeflow-broker pack.");
        if (!Directory.Exists(directory)) throw new CannotRunException($"There is no folder {directory}.");
        using var built = BuiltPlugin.Open(package);
        var manifest = built.ReadManifest();
        var files = PackageFiles.Read(built.Folder);
        Check(files, manifest);
        var seal = Signatures.Of(files, keys);
        if (seal.IsWrong) throw new CannotRunException($"Nothing was installed: {seal.Text}.");

        // Staged on the same disk and hidden from the platform: it has no manifest and no assembly until it is moved into place.
        var staging = Path.Combine(Path.GetFullPath(directory), $".{manifest.Slug}-{Guid.NewGuid():N}");
        var folder = Path.Combine(Path.GetFullPath(directory), manifest.Slug);
        try
        {
            var whole = Path.Combine(staging, "whole");
            files.CopyTo(whole);
            if (Directory.Exists(folder)) Directory.Move(folder, Path.Combine(staging, "old"));
            Directory.Move(whole, folder);
        }
        finally
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
        AnsiConsole.MarkupLineInterpolated($"Installed {manifest.Name} {manifest.Version} into {folder}: {seal.Text}");
        return ExitCodes.Good;
    }

    private static void Check(PackageFiles files, ConnectorManifest manifest)
    {
        var text = files.Text(BuiltPlugin.ReportFile) ?? throw new CannotRunException($"The package has no {BuiltPlugin.ReportFile}.");
        ConformanceReport report;
        try
        {
            report = ConformanceReport.Parse(text);
        }
        catch (FormatException e)
        {
            throw new CannotRunException(e.Message);
        }
        if (!report.Passed) throw new CannotRunException(
            $"{manifest.Slug} {manifest.Version} has not passed L0 to L2; its {BuiltPlugin.ReportFile} says so.");
        if (!files.Contents.TryGetValue(manifest.EntryAssembly, out var assembly)
            || report.EntryAssemblySha256 != FileSums.HashOf(assembly))
            throw new CannotRunException($"The {BuiltPlugin.ReportFile} is about another build.");
    }
}
